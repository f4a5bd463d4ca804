// Writes artifacts/ from src/. `node build.mjs --check` writes nothing and fails if the committed files differ from
// what this machine compiles: the same source and settings give the same bytes anywhere.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { compile, hash } from "./compile.mjs";

const CONTRACTS = ["Escrow", "Meter"];
// Hostile contracts of the demo: only what creates them is kept.
const CHEATS = ["LookAlike", "Reenterer", "Refuser"];
const check = process.argv.includes("--check");
const folder = new URL("artifacts/", import.meta.url);

let different = 0;
if (!check) mkdirSync(folder, { recursive: true });
for (const name of CONTRACTS) {
  const built = compile(name);
  const files = {
    [`${name}.abi.json`]: JSON.stringify(built.abi, null, 1),
    [`${name}.bin`]: built.creation,
    [`${name}.runtime.bin`]: built.runtime,
    [`${name}.input.json`]: JSON.stringify(built.input, null, 1),
    [`${name}.codehash`]: hash(built.runtime),
  };
  keep(files, `src/${name}.sol`);
  if (different === 0) console.log(`${name}: ${built.runtime.length / 2} bytes, code hash ${hash(built.runtime)}`);
}
for (const name of CHEATS) keep({ [`${name}.bin`]: compile(name, "cheats").creation }, `cheats/${name}.sol`);
process.exit(different === 0 ? 0 : 1);

/** Writes these files, or compares them with what is there. */
function keep(files, source) {
  for (const [file, text] of Object.entries(files)) {
    const at = new URL(file, folder);
    if (!check) writeFileSync(at, text + "\n");
    else if (read(at) !== text + "\n") {
      console.error(`artifacts/${file} is not what ${source} compiles to: run node build.mjs and read the diff`);
      different++;
    }
  }
}

function read(at) {
  try {
    return readFileSync(at, "utf8");
  } catch {
    return "";
  }
}
