// Shows that the forge tests notice every change of a contract: its source is changed at one place, compiled, and tested
// with the code hash left aside; a change that no test notices is a gap in the tests.
//   node mutants.mjs                 all of Escrow.sol, half an hour on two idle cores; exits with 1 if one survives
//   node mutants.mjs --contract Meter
//   node mutants.mjs --lines 220-290 only changes of these lines
//   node mutants.mjs --list          what would be changed
// Changes that no test can notice stand in EQUIVALENT, each with its reason.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { compileText } from "./compile.mjs";

const named = process.argv.indexOf("--contract");
const CONTRACT = named < 0 ? "Escrow" : process.argv[named + 1];
const SOURCE = `src/${CONTRACT}.sol`;
const TESTS = CONTRACT === "Escrow" ? ["--no-match-path", "test/meter/*"] : ["--match-path", "test/meter/*"];
const FORGE = "node_modules/.bin/forge";
const PATIENCE_MS = 600_000; // a change may make a test loop for ever

/** Changes that leave the behaviour as it is: [code of the line, what it becomes, why no test can notice it]. */
const EQUIVALENT = [
  ...["DEAL_ID = 0xa0|161|159", "RECOVER = 0x240|577|575", "FITS = 0x240|577|575"].flatMap((entry) => {
    const [from, ...others] = entry.split("|");
    const [name] = from.split(" ");
    const why = "one byte aside, the word covers only bytes that nobody reads any more";
    const line = (text) => `uint256 private constant ${text};`;
    return others.map((value) => [line(from), line(`${name} = ${value}`), why]);
  }),
  ...[
    ["PREFIX = 0x300", "PREFIX = 769"],
    ["RECOVER = 0x360", "RECOVER = 865"],
    ["RECOVER = 0x360", "RECOVER = 863"],
  ].map(([from, to]) => {
    const line = (text) => `uint256 private constant ${text};`;
    return [line(from), line(to), "a place of its own, one byte aside: what lies there is written and read by it alone"];
  }),
  ...["70001", "69999"].map((value) => [
    "uint256 private constant PUSH_RESERVE = 70_000;",
    `uint256 private constant PUSH_RESERVE = ${value};`,
    "a rounded bound: 67,077 would do",
  ]),
  [
    "if (gasleft() < PUSH_RESERVE) revert GasTooLow();",
    "if (gasleft() <= PUSH_RESERVE) revert GasTooLow();",
    "the same",
  ],
  [
    "function open(Deal calldata deal) external payable spread(deal) funded terms stored(msg.value) {}",
    "function open(Deal calldata deal) external payable spread(deal) funded terms stored(address(this).balance) {}",
    "`funded` has compared amount and value; what is left is that it is not zero",
  ],
  [
    "calldatacopy(A1, add(part, 0x60), 0x60)",
    "calldatacopy(A1, add(part, 0x60), 97)",
    "a byte more, behind all that is read",
  ],
  [
    "end := add(deal, mul(deals.length, DEAL_BYTES))",
    "end := add(deal, mul(sks.length, DEAL_BYTES))",
    "the lengths are equal",
  ],
  ...["0, 0, 1, 0", "0, 0, 0, 1"].map((other) => [
    "accepted := call(PUSH_GAS, to, amount, 0, 0, 0, 0)",
    `accepted := call(PUSH_GAS, to, amount, ${other})`,
    "none, or one byte of an answer, into scratch memory that is written before it is read",
  ]),
  ...["0, 0, 1, 0", "0, 0, 0, 1"].map((other) => [
    "accepted := call(gas(), to, amount, 0, 0, 0, 0)",
    `accepted := call(gas(), to, amount, ${other})`,
    "the same",
  ]),
  ...["", "mstore(1, 0)", "mstore(0x00, 1)"].map((other) => [
    "mstore(0x00, 0)",
    other,
    "the first ecrecover has no answer for 0 and n alone, and those are refused by their size",
  ]),
  [
    "mstore(FITS, and(lt(sub(sk, 1), sub(N, 1)), both))",
    "mstore(FITS, and(lt(sub(sk, 1), sub(N, 0)), both))",
    "n itself is let through, for which ecrecover has no answer",
  ],
  ["mstore(0x20, 0)", "mstore(33, 0)", "the first byte of an address as a word is always zero"],
  ...[
    "gas()|PUSH_GAS|SHA-256 of a word costs 72, and less than there is is given in any case",
    "LOCK, 0x20|LOCK, 33|SHA-256 answers 32 bytes",
  ].map((entry) => {
    const [from, to, why] = entry.split("|");
    const line = "pop(staticcall(gas(), 2, 0x00, 0x20, LOCK, 0x20))";
    return [line, line.replace(from, to), why];
  }),
  [
    "if (total != 0 && rest != 0 && gasleft() < 2 * PUSH_RESERVE) revert GasTooLow();",
    "if (total != 0 && rest != 0 && gasleft() <= 2 * PUSH_RESERVE) revert GasTooLow();",
    "a rounded bound, and each payment has its own",
  ],
  ...["0x00", "0x20"].flatMap((out) => {
    const from = `pop(staticcall(gas(), 1, RECOVER, 0x80, ${out}, 0x20))`;
    return [
      [from, from.replace("gas()", "PUSH_GAS"), "ecrecover costs 3,000, and less than there is is given in any case"],
      [from, from.replace("0x80", "129"), "ecrecover reads 128 bytes"],
      [from, from.replace(", 0x20))", ", 33))"), "ecrecover answers 32 bytes"],
    ];
  }),
];

/** Code tokens and what each is changed to. Yul and Solidity look alike enough for one table. */
const SWAPS = [
  [/ < /g, " <= "], [/ >= /g, " > "], [/ > /g, " >= "], [/ == /g, " != "], [/ != /g, " == "],
  [/ \+= /g, " -= "], [/ -= /g, " += "], [/ - /g, " + "], [/ \| /g, " & "], [/ \^ /g, " | "],
  [/\band\(/g, "or("], [/\bor\(/g, "and("], [/\badd\(/g, "sub("], [/\bsub\(/g, "add("], [/\bmul\(/g, "add("],
  [/\bmulmod\(/g, "addmod("], [/\blt\(/g, "gt("], [/\beq\(/g, "lt("], [/\bPAYER\b/g, "PAYEE"], [/\bPAYEE\b/g, "PAYER"],
  [/\bA1\b/g, "A2"], [/\bA2\b/g, "A1"], [/\bCLAIM_BY\b/g, "AMOUNT"], [/\bmsg\.sender\b/g, "tx.origin"],
  [/\bcaller\(\)/g, "origin()"], [/\bchainid\(\)/g, "1"], [/\baddress\(\)/g, "1"], [/\bgas\(\)/g, "PUSH_GAS"],
  [/\bmsg\.value\b/g, "address(this).balance"], [/\bdeals\.length\b/g, "sks.length"], [/\bowner, to\b/g, "to, owner"],
  [/\bowner, owner\b/g, "msg.sender, owner"], [/\bcall\(gas\(\), to\b/g, "call(gas(), caller()"],
];

if (CONTRACT === "Meter") {
  SWAPS.push(
    [/\bpayer\b/g, "payee"], [/\bpayee\b/g, "payer"], [/\bCLOSE\b/g, "UPDATE"], [/\bUPDATE\b/g, "CLOSE"],
    [/\btotal\b/g, "deposit"], [/\brest\b/g, "total"], [/ & /g, " | "], [/ << /g, " >> "], [/ >> /g, " << "], [/ \* /g, " + "],
  );
}

const original = readFileSync(SOURCE, "utf8").split("\n");
const code = original.map((line) => line.replace(/\/\/.*$/, "").trimEnd());
const bodies = code.findIndex((line) => line.includes("function open(")); // below it: no declarations

function* changes() {
  let assembly = 0; // depth of braces inside an assembly block
  for (let at = code.findIndex((line) => line.startsWith("contract")); at < code.length; at++) {
    const line = code[at];
    if (/^\s*(event|error|mapping)\b/.test(line) || line.trim() === "") continue;
    if (at >= bodies) {
      const inside = assembly > 0 && !/[{}]/.test(line);
      if (inside || (line.endsWith(";") && !/^\s*(function|modifier)\b/.test(line))) yield [at, ""];
      for (const match of line.matchAll(/ (funded|terms|spread|stored|ends|tried|spreadShared)(\([^()]*\))?(?= |$)/g)) {
        if (!/^\s*modifier\b/.test(line)) yield [at, cut(line, match, "")];
      }
      for (const match of line.matchAll(/\bif \(/g)) yield [at, wrap(line, match.index + 3, "!")];
      for (const match of line.matchAll(/\biszero\(/g)) yield [at, wrap(line, match.index, "")];
      for (const [token, other] of SWAPS) {
        for (const match of line.matchAll(token)) yield [at, cut(line, match, other)];
      }
    }
    for (const match of line.matchAll(/\b(0x[0-9a-fA-F]+|\d[\d_]*)\b/g)) {
      const value = BigInt(match[0].replaceAll("_", ""));
      const others = value === 0n ? [1n] : [value + 1n, value - 1n];
      if (value >= 10_000n && value < 1n << 32n) others.push(value / 2n, value * 2n); // amounts of gas
      for (const other of others) yield [at, cut(line, match, String(other))];
    }
    if (/\bassembly \{/.test(line)) assembly = 1;
    else if (assembly > 0) assembly += (line.match(/\{/g) ?? []).length - (line.match(/\}/g) ?? []).length;
  }
}

function cut(line, match, other) {
  return line.slice(0, match.index) + other + line.slice(match.index + match[0].length);
}

/** Negates the parenthesis that opens at or behind `from`, or leaves only what is in it. */
function wrap(line, from, sign) {
  const open = line.indexOf("(", from);
  let end = open;
  for (let depth = 0; end < line.length; end++) {
    if (line[end] === "(") depth++;
    if (line[end] === ")" && --depth === 0) break;
  }
  const inner = line.slice(open + 1, end);
  return line.slice(0, from) + (sign ? `(${sign}(${inner}))` : inner) + line.slice(end + 1);
}

/** Whether some test fails on this creation code; the quick ones are asked first. */
function noticed(creation) {
  const env = {
    ...process.env,
    [CONTRACT.toUpperCase()]: "0x" + creation,
    FOUNDRY_FUZZ_RUNS: "64",
    FOUNDRY_FUZZ_FAILURE_PERSIST_DIR: "out/mutants",
    FOUNDRY_INVARIANT_RUNS: "8",
    FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: "0",
    FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: "out/mutants",
  };
  const run = (...more) =>
    spawnSync(FORGE, ["test", "--fail-fast", "--no-match-test", "CommittedCodeHash", ...TESTS, ...more], {
      env,
      timeout: PATIENCE_MS,
      killSignal: "SIGKILL",
      encoding: "utf8",
    });
  for (const part of ["--no-match-contract", "--match-contract"]) {
    const done = run(part, "Invariant");
    if (done.status !== 0) {
      const failure = /\[FAIL[^]*?\b((?:test|testFuzz|invariant)_\w+)\(/.exec(done.stdout);
      if (!failure && !done.error) throw new Error(`forge did not run:\n${done.stdout}${done.stderr}`);
      return failure ? failure[1] : "no end";
    }
  }
  return null;
}

const range = process.argv.indexOf("--lines");
const [first, last] = range < 0 ? [1, code.length] : process.argv[range + 1].split("-").map(Number);
const todo = [...changes()].filter(([at]) => at + 1 >= first && at + 1 <= last);
if (process.argv.includes("--list")) {
  for (const [at, line] of todo) console.log(`${at + 1}: ${code[at].trim()}  =>  ${line.trim()}`);
  process.exit(0);
}

const plain = compileText(CONTRACT, original.join("\n"));
const survivor = noticed(plain);
if (survivor) throw new Error(`the unchanged contract fails ${survivor}`);
const seen = new Set([plain]);
const counts = { killed: 0, equivalent: 0, "same code": 0, "no code": 0, survived: 0 };
for (const [at, line] of todo) {
  const text = [...original.slice(0, at), line, ...original.slice(at + 1)].join("\n");
  const creation = compileText(CONTRACT, text);
  const says = `${at + 1}: ${code[at].trim()}  =>  ${line.trim()}`;
  const known = EQUIVALENT.find(([from, to]) => from === code[at].trim() && to === line.trim());
  if (creation === null) counts["no code"]++;
  else if (seen.has(creation)) counts["same code"]++;
  else if (known) counts.equivalent++;
  else {
    const by = noticed(creation);
    counts[by ? "killed" : "survived"]++;
    console.log(by ? `killed    ${says}  (${by})` : `SURVIVED  ${says}`);
  }
  if (creation !== null) seen.add(creation);
}
console.log(JSON.stringify(counts));
process.exit(counts.survived === 0 ? 0 : 1);
