// Compiles the contracts with the pinned solc, from one standard-JSON input that names every setting.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const solc = require("solc");
const { keccak256 } = require("js-sha3");

export const hash = (hex) => "0x" + keccak256(Buffer.from(hex, "hex"));
export const hashText = (text) => "0x" + keccak256(text);

/** The standard-JSON input: also the artifact from which anybody can rebuild the bytecode. */
export function input(name, folder = "src", text = null) {
  const path = `${folder}/${name}.sol`;
  return {
    language: "Solidity",
    sources: { [path]: { content: text ?? readFileSync(new URL(path, import.meta.url), "utf8") } },
    settings: {
      evmVersion: "prague",
      viaIR: true,
      optimizer: { enabled: true, runs: 1_000_000 },
      metadata: { appendCBOR: false, bytecodeHash: "none" },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
    },
  };
}

/** Compiles one contract; throws on any error or warning, since this code holds money. */
export function compile(name, folder = "src") {
  const source = input(name, folder);
  const output = JSON.parse(solc.compile(JSON.stringify(source)));
  const complaints = (output.errors ?? []).map((e) => e.formattedMessage);
  if (complaints.length > 0) throw new Error(`solc on ${name}:\n${complaints.join("\n")}`);
  const contract = output.contracts[`${folder}/${name}.sol`][name];
  return {
    input: source,
    abi: contract.abi,
    creation: contract.evm.bytecode.object,
    runtime: contract.evm.deployedBytecode.object,
  };
}

/** The creation code of another text of src/NAME.sol; null if that does not compile. */
export function compileText(name, text) {
  const output = JSON.parse(solc.compile(JSON.stringify(input(name, "src", text))));
  const errors = (output.errors ?? []).filter((e) => e.severity === "error");
  return errors.length > 0 ? null : output.contracts[`src/${name}.sol`][name].evm.bytecode.object;
}
