// The module as a host uses it: a new instance for each round.
import { readFileSync } from "node:fs";

const module = new WebAssembly.Module(readFileSync(new URL("../routes.wasm", import.meta.url)));

export { module };

export class Round {
  constructor() {
    this.guest = new WebAssembly.Instance(module, {}).exports;
  }

  #take(bytes, call) {
    const at = this.guest.buffer(bytes.length);
    if (at === -1) return -1;
    new Uint8Array(this.guest.memory.buffer, at >>> 0, bytes.length).set(bytes);
    return call(bytes.length);
  }

  #range(range) {
    const at = Number(BigInt.asUintN(64, range) >> 32n);
    return Buffer.from(this.guest.memory.buffer.slice(at, at + Number(range & 0xffffffffn)));
  }

  load(state) {
    return this.#take(state, this.guest.load);
  }

  import(text) {
    return this.#take(Buffer.from(text), this.guest.import_);
  }

  run(cycles) {
    return Number(this.guest.run(BigInt(cycles)));
  }

  state() {
    return this.#range(this.guest.state());
  }

  output() {
    return this.#range(this.guest.output());
  }

  export() {
    return this.#range(this.guest.export_()).toString();
  }
}

function fine(code) {
  if (code !== 0) throw new Error("code " + code);
}

export function first(text) {
  const round = new Round();
  fine(round.import(text));
  return round.state();
}

// p(s, c): the new state, the output, the cycles done.
export function run(state, cycles) {
  const round = new Round();
  fine(round.load(state));
  const done = round.run(cycles);
  return { state: round.state(), output: round.output(), done };
}

export function tours(state) {
  const round = new Round();
  fine(round.load(state));
  return round.export();
}

// The costs that an output lists, in thousandths.
export function costs(output) {
  return Array.from({ length: output.length / 8 }, (_, k) => Number(output.readBigUInt64LE(8 * k)));
}
