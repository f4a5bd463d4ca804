// Checks ocr.wasm as a program: rounds of any lengths give the same, and bad input gives a code.
// Usage: node --test check.mjs
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

const here = new URL(".", import.meta.url).pathname;
const module = new WebAssembly.Module(readFileSync(`${here}ocr.wasm`));

function bytesOf(program, range) {
  return Buffer.from(new Uint8Array(program.memory.buffer, Number(range >> 32n), Number(range & 0xffffffffn)));
}

function given(bytes) {
  const program = new WebAssembly.Instance(module).exports;
  const at = program.buffer(bytes.length) >>> 0;
  new Uint8Array(program.memory.buffer).set(bytes, at);
  return program;
}

function stateOf(file) {
  const program = given(file);
  assert.equal(program.import_(file.length), 0);
  return bytesOf(program, program.state());
}

function round(state, cycles) {
  const program = given(state);
  assert.equal(program.load(state.length), 0);
  const done = Number(program.run(BigInt(cycles)));
  return { done, state: bytesOf(program, program.state()), output: bytesOf(program, program.output()) };
}

const pgm = (w, h, pixels) => Buffer.concat([Buffer.from(`P5\n${w} ${h}\n255\n`), Buffer.from(pixels)]);

function pageNamed(part) {
  const name = readdirSync(`${here}pages`).find((file) => file.includes(part) && file.endsWith(".pgm.gz"));
  return gunzipSync(readFileSync(`${here}pages/${name}`));
}

test("any way to split four pages gives the same state and the same text", () => {
  const file = Buffer.concat(["01-", "06-", "21-", "26-"].map(pageNamed));
  const first = stateOf(file);
  const whole = round(first, 4);
  assert.equal(whole.done, 4);
  for (const split of [[1, 1, 1, 1], [1, 3], [3, 1], [2, 2], [2, 5], [0, 4]]) {
    let state = first;
    const outputs = [];
    for (const cycles of split) {
      const next = round(state, cycles);
      state = next.state;
      outputs.push(next.output);
    }
    assert.deepEqual(state, whole.state);
    assert.deepEqual(Buffer.concat(outputs), whole.output);
  }
  assert.equal(whole.output.toString().split("\f").length, 5);
  assert.equal(round(whole.state, 7).done, 0);
  assert.equal(whole.state.length, 16);
});

test("the state after a page is the beginning of the one before, save its head", () => {
  const before = stateOf(Buffer.concat(["02-", "03-"].map(pageNamed)));
  const after = round(before, 1).state;
  assert.ok(after.length < before.length);
  assert.deepEqual(after.subarray(16), before.subarray(16, after.length));
});

test("pages go out as they came in", () => {
  const file = Buffer.concat([pgm(3, 2, [1, 2, 3, 4, 5, 6]), pgm(1, 2, [7, 8])]);
  const state = stateOf(file);
  const program = given(state);
  assert.equal(program.load(state.length), 0);
  const back = bytesOf(program, program.export_());
  assert.deepEqual(stateOf(back), state);
  assert.equal(back.toString("latin1"), "P5 3 2 255\n\x01\x02\x03\x04\x05\x06P5 1 2 255\n\x07\x08");
  assert.deepEqual(stateOf(Buffer.from("P2 # c\n3 2\n#c\n255 1 2 3\n4 5 6 P2 1 2 255 7 8\n")), state);
  const wide = stateOf(Buffer.from("P5 1 2 65535\n\xff\xff\x80\x80", "latin1"));
  assert.deepEqual(wide.subarray(16, 18), Buffer.from([255, 128]));
});

test("files that are no pages are refused with a code", () => {
  const files = [
    ["", 2], ["P", 2], ["P6 1 1 255\n123", 2], ["P5", 2], ["P51 1 255\n1", 2], ["hello", 2],
    ["P5 0 1 255\n", 3], ["P5 1 0 255\n", 3], ["P5 -1 1 255\n1", 3], ["P5 x 1 255\n1", 3], ["P5 1 1 0\n1", 3],
    ["P5 1 1 65536\n12", 3], ["P5 1 1 255", 1], ["P5 1 1 255x1", 3], ["P5 99999999999999999999 1 255\n1", 3],
    ["P5 8193 1 255\n1", 4], ["P5 8000 8000 255\n1", 4], ["P5 4096 4096 255\n1", 1], ["P5 2 1 255\n1", 1],
    ["P5 1 1 65535\n1", 1], ["P5 1 1 5\n\x06", 101], ["P2 2 1 255 1", 1], ["P2 2 1 255 1 256", 101],
    ["P2 2 1 255 1 x", 101], ["P5 1 1 255\n1P5 1 1", 3], ["P5 1 1 255\n1rest", 2], ["P2 1 1 255 1 2", 2],
  ];
  for (const [text, code] of files) {
    const file = Buffer.from(text, "latin1");
    assert.equal(given(file).import_(file.length), code, JSON.stringify(text));
  }
});

test("states that are none are refused with a code", () => {
  const state = stateOf(pgm(3, 2, [1, 2, 3, 4, 5, 6]));
  const changed = (at, value) => {
    const copy = Buffer.from(state);
    copy.writeUInt32LE(value, at);
    return copy;
  };
  const states = [
    [Buffer.alloc(0), 2], [Buffer.alloc(16), 2], [state.subarray(0, 15), 2], [state.subarray(0, state.length - 1), 1],
    [Buffer.concat([state, Buffer.alloc(1)]), 3], [changed(4, 0), 7], [changed(4, 2), 1], [changed(4, 0xffffffff), 1],
    [changed(22, 4), 1], [changed(22, 0xffffffff), 4], [changed(26, 0), 3], [changed(26, 8193), 4], [changed(26, 1), 7],
  ];
  states.forEach(([bytes, code], i) => assert.equal(given(bytes).load(bytes.length), code, `state ${i}`));
});

test("pages without text give none", () => {
  const noise = Array.from({ length: 90_000 }, (_, i) => (i * 2654435761 >>> 13) & 255);
  const pages = [pgm(1, 1, [0]), pgm(1, 1, [255]),
    pgm(8192, 1, new Uint8Array(8192)), pgm(1, 8192, new Uint8Array(8192)),
    pgm(300, 300, new Uint8Array(90_000)), pgm(300, 300, new Uint8Array(90_000).fill(255))];
  for (const page of pages) {
    assert.equal(round(stateOf(page), 1).output.toString(), "\f");
  }
  assert.equal(round(stateOf(pgm(300, 300, noise)), 1).done, 1);
});
