// Reads test pages with ocr.wasm and prints how right it is: accuracy = 1 - edit distance / letters.
// Usage: node measure.mjs [--texts] [FOLDER]     FOLDER has NAME.pgm.gz and NAME.txt; words.pgm.gz has small pages
// of one word each, which are no part of the accuracy of pages.
import { readFileSync, readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const here = new URL(".", import.meta.url).pathname;
const texts = process.argv.includes("--texts");
const folder = process.argv.slice(2).find((arg) => arg !== "--texts") ?? `${here}pages`;
const module = new WebAssembly.Module(readFileSync(`${here}ocr.wasm`));

// The families that the network was not trained on.
const heldOut = (name) => /Lato|Charis/.test(name);

function bytesOf(program, range) {
  const from = Number(range >> 32n);
  return Buffer.from(new Uint8Array(program.memory.buffer, from, Number(range & 0xffffffffn)));
}

function loaded(take, bytes) {
  const program = new WebAssembly.Instance(module).exports;
  const at = program.buffer(bytes.length) >>> 0;
  new Uint8Array(program.memory.buffer).set(bytes, at);
  const code = program[take](bytes.length);
  if (code !== 0) {
    throw new Error(`${take} refuses with ${code}`);
  }
  return program;
}

// The texts of all pages of a file, one round each.
function read(file) {
  const importer = loaded("import_", file);
  let state = bytesOf(importer, importer.state());
  const texts = [];
  let millis = 0;
  for (let left = state.readUInt32LE(4); left > 0; left--) {
    const program = loaded("load", state);
    const begin = performance.now();
    program.run(1n);
    millis += performance.now() - begin;
    texts.push(bytesOf(program, program.output()).toString().replace("\f", ""));
    state = bytesOf(program, program.state());
  }
  return { millis, text: texts.join("") };
}

function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

function differences(truth, text) {
  const lines = text.split("\n");
  truth.split("\n").forEach((line, i) => {
    if (line !== lines[i]) {
      console.error(`  - ${line}\n  + ${lines[i]}`);
    }
  });
}

const sums = { known: [0, 0, 0], heldOut: [0, 0, 0], words: [0, 0, 0] };
const pages = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".pgm.gz")).sort()) {
  const name = file.replace(".pgm.gz", "");
  const truth = readFileSync(`${folder}/${name}.txt`, "utf8");
  const { millis, text } = read(gunzipSync(readFileSync(`${folder}/${file}`)));
  const wrong = distance(truth, text);
  const sum = sums[name === "words" ? "words" : heldOut(name) ? "heldOut" : "known"];
  sum[0]++;
  sum[1] += wrong;
  sum[2] += truth.length;
  pages.push({ name, letters: truth.length, wrong, millis: Math.round(millis) });
  if (texts && wrong > 0) {
    console.error(`${name}: ${wrong} of ${truth.length}`);
    differences(truth, text);
  }
}
const rate = ([, wrong, letters]) => Number((1 - wrong / letters).toFixed(4));
const least = (some) => Math.min(...some.map((page) => Number((1 - page.wrong / page.letters).toFixed(4))));
console.log(JSON.stringify({
  pages: sums.known[0],
  accuracy: rate(sums.known),
  heldOutPages: sums.heldOut[0],
  heldOutAccuracy: rate(sums.heldOut),
  worstPage: least(pages.filter((page) => page.name !== "words")),
  wordsAccuracy: rate(sums.words),
  letters: sums.known[2] + sums.heldOut[2],
  millis: pages.reduce((sum, page) => sum + page.millis, 0),
  millisOfWords: pages.find((page) => page.name === "words")?.millis,
}));
