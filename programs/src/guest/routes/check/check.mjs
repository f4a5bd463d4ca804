// Checks routes.wasm: node check/check.mjs. One line for each thing checked; the first that fails ends it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { below, instance, leg, parse, random } from "./instances.mjs";
import { costs, first, module, Round, run, tours } from "./planner.mjs";
import { exact, nearestAndTwoOpt } from "./yardsticks.mjs";

const example = readFileSync(new URL("../example.csv", import.meta.url), "utf8");

// The tours of a file are tours: each stop once, no vehicle too heavy, every leg and the total as computed here.
function proveTours(text, file) {
  const problem = parse(text);
  const at = new Map(problem.stops.map((s) => [s.name, s]));
  const rows = file.trim().split("\n").map((row) => row.split(","));
  assert.deepEqual(rows.shift(), ["vehicle", "order", "name", "demand", "leg"]);
  const total = rows.pop();
  let sum = 0;
  let load = 0;
  let here = problem.depot;
  let vehicle = "0";
  let order = 0;
  for (const [v, o, name, demand, length] of rows) {
    if (here === problem.depot) {
      assert.ok(Number(v) > Number(vehicle) && Number(v) <= problem.vehicles);
      order = load = 0;
    } else {
      assert.equal(v, vehicle);
    }
    assert.equal(Number(o), ++order);
    const home = name === problem.depot.name;
    const place = home ? problem.depot : at.get(name);
    assert.ok(place, name);
    if (!home) at.delete(name);
    assert.equal(Number(demand), place.demand);
    load += place.demand;
    assert.ok(load <= problem.capacity);
    assert.equal(Math.round(length * 1000), leg(here, place));
    sum += leg(here, place);
    here = place;
    vehicle = v;
  }
  assert.equal(here, problem.depot);
  assert.equal(at.size, 0);
  assert.equal(total[0], "total");
  assert.equal(Math.round(total[4] * 1000), sum);
  return sum;
}

// Roots at squares and beside them, of all sizes: as legs between two places.
function roots() {
  const r = random(5);
  let tried = 0;
  for (let bits = 1; bits <= 31; bits++) {
    for (let k = 0; k < 40; k++, tried++) {
      const most = Math.min(2 ** bits - 1, 2e9);
      const [dx, dy] = k % 4 === 0 ? [Math.floor(most), 0] : [Math.floor(r() * most), Math.floor(r() * most)];
      const x = (v) => ((v - 1e9) / 1000).toFixed(3);
      const problem = file(`depot,${x(0)},${x(0)},0\na,${x(dx)},${x(dy)},1\n`, "1,1,1,1");
      const { depot, stops } = parse(problem);
      assert.equal(costs(run(first(problem), 1).output)[0], 2 * leg(depot, stops[0]), `${dx} ${dy}`);
    }
  }
  return `${tried} lengths of all sizes, exact`;
}

function exportsOnly() {
  const guest = new Round().guest;
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  for (const name of ["buffer", "load", "run", "state", "output", "import_", "export_"]) {
    assert.equal(typeof guest[name], "function", name);
  }
  assert.equal(guest.memory.buffer.byteLength, 1 << 20);
  assert.throws(() => guest.memory.grow(1));
  return "no imports, all seven exports, 1 MiB of memory and no more";
}

// Every way of splitting gives the same state, the same outputs one after the other, the same number of cycles.
function splits() {
  const r = random(7);
  let tried = 0;
  const problems = [
    [example, 60],
    [instance({ stops: 40, vehicles: 6, fill: 0.97, cycles: 30 }), 40], // over before the end
    [instance({ stops: 300, vehicles: 25, cycles: 60, kind: "clusters", seed: 3 }), 30],
    [instance({ stops: 250, vehicles: 1, cycles: 60, seed: 4 }), 20],
    [instance({ stops: 2000, vehicles: 90, cycles: 60, seed: 5 }), 12],
    [instance({ stops: 1, vehicles: 3, cycles: 60 }), 12],
  ];
  for (const [text, cycles] of problems) {
    const start = first(text);
    const whole = run(start, cycles);
    proveTours(text, tours(whole.state));
    for (let k = 0; k < 50; k++, tried++) {
      let state = start;
      let done = 0;
      const outputs = [];
      for (let left = cycles; left > 0; ) {
        const part = Math.min(left, below(r, k % 2 === 0 ? 4 : cycles) + (k % 5 === 0 ? 0 : 1));
        const round = run(state, part);
        state = round.state;
        outputs.push(round.output);
        done += round.done;
        left -= part;
      }
      assert.ok(state.equals(whole.state));
      assert.ok(Buffer.concat(outputs).equals(whole.output));
      assert.equal(done, whole.done);
    }
  }
  return `${tried} random splits of ${problems.length} problems, each round in a new instance`;
}

function odd() {
  const shapes = [
    { stops: 2000, vehicles: 2000, fill: 0.4, cycles: 4 },
    { stops: 500, vehicles: 20, cycles: 20, kind: "line" },
    { stops: 500, vehicles: 20, cycles: 20, kind: "point" },
    { stops: 7, vehicles: 2000, cycles: 20 },
    { stops: 300, vehicles: 12, cycles: 20, kind: "clusters", span: 1000000 },
    { stops: 120, vehicles: 10, fill: 0.999, cycles: 50, most: 60 },
  ];
  for (const shape of shapes) {
    const text = instance(shape);
    const whole = run(first(text), shape.cycles + 5);
    assert.equal(whole.done, shape.cycles);
    const list = costs(whole.output);
    assert.equal(list.at(-1), proveTours(text, tours(whole.state)));
    assert.ok(list.every((cost, k) => k === 0 || cost <= list[k - 1]));
    assert.equal(run(whole.state, 5).done, 0);
  }
  return `${shapes.length} odd shapes: tours valid, costs falling and as computed here, over at the end`;
}

function optimal() {
  let found = 0;
  const all = 60;
  for (let seed = 1; seed <= all; seed++) {
    const text = instance({ stops: 4 + (seed % 5), vehicles: 1 + (seed % 4), fill: 0.7, cycles: 300, seed });
    const best = costs(run(first(text), 300).output).at(-1);
    const least = exact(parse(text));
    assert.ok(best >= least);
    if (best === least) found++;
  }
  assert.equal(found, all);
  return `the shortest tours of all on ${found} of ${all} small problems, by trying everything`;
}

function quality() {
  const lines = [];
  for (const [stops, vehicles, kind, cycles] of [
    [100, 8, "even", 1000],
    [100, 8, "clusters", 1000],
    [500, 35, "even", 2000],
    [500, 10, "clusters", 2000],
    [1000, 1, "even", 3000],
    [2000, 140, "even", 4000],
  ]) {
    let ours = 0;
    let theirs = 0;
    for (let seed = 11; seed <= 13; seed++) {
      const text = instance({ stops, vehicles, fill: 0.8, cycles, seed, kind });
      const other = nearestAndTwoOpt(parse(text));
      assert.ok(other !== null);
      ours += costs(run(first(text), cycles).output).at(-1);
      theirs += other;
    }
    assert.ok(ours < theirs * 0.95);
    lines.push(`${stops} stops, ${vehicles} vehicles, ${kind}: ${(ours / theirs).toFixed(3)}`);
  }
  return "length against nearest neighbour with 2-opt, sums of 3:\n  " + lines.join("\n  ");
}

const HEAD = "vehicles,capacity,cycles,seed\n";
const NAMES = "name,x,y,demand\n";
const file = (rows, numbers = "2,10,5,1") => HEAD + numbers + "\n" + NAMES + rows;

function badFiles() {
  const many = "a,1,1,0\n".repeat(2002);
  const cases = [
    ["", 1002],
    ["vehicles;capacity;cycles;seed\n", 1002],
    [HEAD + "2,10,5,1\nname,x,y\n", 3002],
    [HEAD + "2,10,5\n", 2100],
    [file("d,0,0,0\na,1,1,1", "0,10,5,1"), 2106],
    [file("d,0,0,0\na,1,1,1", "2001,10,5,1"), 2106],
    [file("d,0,0,0\na,1,1,1", "2,1000000001,5,1"), 2106],
    [file("d,0,0,0\na,1,1,1", "2,99999999999999999999,5,1"), 2106],
    [file("d,0,0,0\na,1,1,1", "2,10,0,1"), 2106],
    [file("d,0,0,0\na,1,1,1", "2,10,1000001,1"), 2106],
    [file("d,0,0,0\na,1,1,1", "2,10,5,4294967296"), 2106],
    [file("d,0,0,0\na,1,1,1", "2,-10,5,1"), 2106],
    [file("d,0,0,0\na,1,1,1", "2,1e9,5,1"), 2101],
    [file(""), 4102],
    [file("d,0,0,0\n"), 3],
    [file("d,0,0,3\na,1,1,1\n"), 4106],
    [file("d,0,0,0\na,1,1\n"), 5100],
    [file("d,0,0,0\na,1,1,1,1\n"), 5100],
    [file("d,0,0,0\na,1,x,1\n"), 5101],
    [file("d,0,0,0\na,1,1.2345,1\n"), 5101],
    [file("d,0,0,0\na,1,1.,1\n"), 5101],
    [file("d,0,0,0\na,1,1.2.3,1\n"), 5101],
    [file("d,0,0,0\na,1,1000000.001,1\n"), 5106],
    [file("d,0,0,0\na,-1000000.001,1,1\n"), 5106],
    [file("d,0,0,0\na,1,1,1.5\n"), 5101],
    [file("d,0,0,0\na,1,1,1000001\n"), 5106],
    [file("d,0,0,0\n,1,1,1\n"), 5102],
    [file(`d,0,0,0\n"a",1,1,1\n`), 5102],
    [file(`d,0,0,0\n${"a".repeat(33)},1,1,1\n`), 5102],
    [file("d,0,0,0\na\u0000,1,1,1\n"), 5102],
    [file("d,0,0,0\n\na,1,1,1\n"), 5102],
    [file("d,0,0,0\na,1,1,11\n"), 5103],
    [file("d,0,0,0\na,1,1,10\nb,1,1,10\nc,1,1,1\n"), 104],
    [file("d,0,0,0\na,1,1,6\nb,1,1,6\nc,1,1,6\n"), 105],
    [file("d,0,0,0\n" + many.slice(8)), 2005004],
    ["x".repeat((1 << 18) + 1), -1], // no place in the buffer
  ];
  for (const [text, code] of cases) {
    const round = new Round();
    assert.equal(round.import(text), code, JSON.stringify(text.slice(0, 120)));
    assert.equal(round.state().length, 0);
  }
  for (const good of [file("d,0,0,0\na,1,1,1"), file("d,0,0,0\na b,-1.5,1.25,1\n"), file("d,0,0,0\na,1,1,1\n").replaceAll("\n", "\r\n")]) {
    assert.equal(new Round().import(good), 0);
  }
  assert.equal(new Round().import(file("d,0,0,0\n" + many.slice(16))), 0);
  return `${cases.length} bad files, each with its code`;
}

// Damaged files and states are refused or taken, and never trap.
function damaged() {
  const r = random(99);
  const seeds = [example, instance({ stops: 30, vehicles: 3, cycles: 9 })].map((text) => Buffer.from(text));
  const states = seeds.map((text) => run(first(text), 2).state);
  let taken = 0;
  const round = new Round();
  for (let k = 0; k < 6000; k++) {
    const [from, call] = k % 2 === 0 ? [seeds[(k >> 1) % 2], "import"] : [states[(k >> 1) % 2], "load"];
    let bytes = Buffer.from(from);
    for (let n = below(r, 4) + 1; n > 0; n--) {
      const at = below(r, bytes.length);
      const byte = below(r, 3) === 0 ? bytes[below(r, bytes.length)] : below(r, 256);
      const what = below(r, 6);
      if (what < 4) bytes[at] = byte;
      else if (what === 4) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + below(r, 5))]);
      else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at)]);
      if (bytes.length === 0) bytes = Buffer.from([byte]);
    }
    const code = round[call](bytes);
    assert.notEqual(code, -1);
    if (code !== 0) continue;
    taken++;
    if (call === "load") assert.ok(round.state().equals(bytes), "a state that is taken is given back");
    round[call](bytes);
    round.run(1);
    round.export();
    assert.equal(round.load(round.state()), 0);
  }
  return `6000 damaged files and states, ${taken} of them taken, none trapped`;
}

// The same source as a program of this machine, with all checks of the compiler, comes to the same state.
function native() {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const temporary = mkdtempSync(join(tmpdir(), "routes-"));
  try {
    const program = join(temporary, "native");
    const checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    const flags = ["-std=c11", "-O1", "-w", ...checks, "-I", join(here, "../.."), "-I", join(here, "..")];
    execFileSync("cc", [...flags, "-o", program, join(here, "native.c")]);
    const problems = [example, instance({ stops: 2000, vehicles: 99, cycles: 40, kind: "clusters" })];
    for (const [text, cycles, damaged] of [
      [problems[0], 200, 3000],
      [problems[1], 40, 60],
    ]) {
      const file = join(temporary, "file.csv");
      writeFileSync(file, text);
      const [cost, hash] = execFileSync(program, [file, cycles, damaged]).toString().trim().split(" ");
      const ours = run(first(text), cycles);
      assert.equal(Number(cost), costs(ours.output).at(-1));
      assert.equal(hash, fnv(ours.state).toString(16).padStart(16, "0"));
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
  return "the same states natively, nothing found by address and undefined behaviour sanitizers";
}

const fnv = (bytes) =>
  bytes.reduce((hash, byte) => ((hash ^ BigInt(byte)) * 1099511628211n) & 0xffffffffffffffffn, 14695981039346656037n);

for (const check of [exportsOnly, roots, splits, odd, optimal, badFiles, damaged, native, quality]) {
  console.log(check());
}
