// Measures what each call costs: real transactions from plain accounts on anvil, intrinsic gas and calldata included.
// `node measure.mjs` prints a table, `node measure.mjs --json` one JSON object.
import { compile } from "./compile.mjs";
import { call, callClaimMany, callOpenMany, dealWords, freshLock, random32, salt, startChain, word } from "./chain.mjs";
import { measureMeter } from "./measure-meter.mjs";

const WAGE = 10n ** 16n; // 0.01 of the native coin
const WINDOW = 6 * 3600;
const BATCH = 100;
const WALLET = "60015f5500"; // runtime of a wallet that writes one storage slot and stops
const REFUSING = "5f5ffd"; // runtime of a recipient that reverts

const chain = await startChain();
try {
  const rows = [...(await measure()), ...(await measureMeter(chain))];
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(Object.fromEntries(rows)));
  } else {
    for (const [what, gas] of rows) console.log(what.padEnd(66) + String(gas).padStart(9));
  }
} finally {
  chain.stop();
}

async function measure() {
  const [payer, payee, stranger] = await chain.rpc("eth_accounts");
  const deployed = await chain.send(payer, null, "0x" + compile("Escrow").creation);
  const escrow = deployed.contractAddress;
  const rows = [["deployment", Number(deployed.gasUsed)]];

  const draft = async (to) => {
    const claimBy = (await chain.now()) + WINDOW;
    const terms = { payer, payee: to, token: "0x0", amount: WAGE, claimBy, salt: salt(), lockKind: 1 };
    return { ...terms, ...freshLock(), termsHash: random32() };
  };
  const open = async (to = payee) => {
    const deal = await draft(to);
    const receipt = await chain.send(payer, escrow, call("open(Deal)", dealWords(deal)), { value: WAGE });
    return { deal, gas: Number(receipt.gasUsed) };
  };
  const run = async (from, name, deal, ...more) =>
    Number((await chain.send(from, escrow, call(name, dealWords(deal), ...more.map(word)))).gasUsed);
  const claim = (from, deal) => run(from, "claim(Deal,bytes32)", deal, deal.sk);
  const many = async (payees) => {
    const deals = await Promise.all(payees.map(draft));
    const opened = await chain.send(payer, escrow, callOpenMany(deals), { value: WAGE * BigInt(deals.length) });
    const claimed = await chain.send(payee, escrow, callClaimMany(deals));
    const each = (receipt) => Math.ceil(Number(receipt.gasUsed) / deals.length);
    return [each(opened), each(claimed)];
  };
  const place = async (runtime) => {
    const at = "0x" + random32().slice(26);
    await chain.rpc("anvil_setCode", at, "0x" + runtime);
    return at;
  };
  const fresh = () => "0x" + random32().slice(26);

  await open(); // the first deal also makes the contract's balance non-zero
  const first = await open();
  rows.push(["open", first.gas]);
  const own = await claim(payee, first.deal);
  rows.push(["claim, by the payee", own]);
  rows.push(["open + claim, by the payee", first.gas + own]);
  rows.push(["claim, by somebody else", await claim(stranger, (await open()).deal)]);
  rows.push(["claim to a fresh payee", await claim(stranger, (await open(fresh())).deal)]);
  const wallet = (await open(await place(WALLET))).deal;
  rows.push(["claim to a contract that writes a slot", await claim(stranger, wallet)]);
  const refusing = (await open(await place(REFUSING))).deal;
  rows.push(["claim to a contract that refuses (credit)", await claim(stranger, refusing)]);
  await chain.rpc("anvil_setCode", refusing.payee, "0x00"); // now it accepts
  const withdrawn = await chain.send(stranger, escrow, call("withdrawFor(address)", word(refusing.payee)));
  rows.push(["withdrawFor, by somebody else", Number(withdrawn.gasUsed)]);
  rows.push(["release, by the payee", await run(payee, "release(Deal)", (await open()).deal)]);

  const [openEach, claimEach] = await many(Array(BATCH).fill(payee));
  rows.push([`openMany(${BATCH}), a deal`, openEach]);
  rows.push([`claimMany(${BATCH}), one payee, a deal`, claimEach]);
  rows.push([`openMany + claimMany (${BATCH}), one payee, a deal`, openEach + claimEach]);
  const others = [];
  for (let i = 0; i < BATCH; i++) {
    others.push(fresh());
    await chain.rpc("anvil_setBalance", others[i], "0x1");
  }
  rows.push([`claimMany(${BATCH}), ${BATCH} payees, a deal`, (await many(others))[1]]);

  const late = [(await open()).deal, (await open()).deal];
  await chain.rpc("evm_increaseTime", WINDOW);
  rows.push(["refund, by the payer", await run(payer, "refund(Deal)", late[0])]);
  rows.push(["refund, by somebody else", await run(stranger, "refund(Deal)", late[1])]);
  return rows;
}
