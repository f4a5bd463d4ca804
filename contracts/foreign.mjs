// The Meter as a foreign client uses it: ethers does all hashing, signing and encoding, from the committed ABI alone.
// `node foreign.mjs` opens a channel on a chain of its own, signs updates, tops up, closes, and prints what came of it;
// `node foreign.mjs --vectors` writes test/meter/vectors.json, to which the programs' own hashes are held.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AbiCoder, Contract, JsonRpcProvider, Wallet, ethers } from "ethers";
import { startChain } from "./chain.mjs";

const UPDATE = { Update: fields("bytes32 channel", "uint256 total", "bytes32 lock") };
const CLOSE = { Close: [...UPDATE.Update, ...fields("uint256 notBefore")] };
const DEPOSIT = 10n ** 18n;
const MORE = 5n * 10n ** 17n;
const VECTORS = new URL("test/meter/vectors.json", import.meta.url);

function fields(...all) {
  return all.map((one) => {
    const [type, name] = one.split(" ");
    return { type, name };
  });
}

const domain = (chainId, verifyingContract) => ({ name: "Evenhand Meter", chainId, verifyingContract });
const artifact = (name) => readFileSync(new URL(`artifacts/${name}`, import.meta.url), "utf8").trim();
const random32 = () => ethers.hexlify(ethers.randomBytes(32));
const hash = (types, ...values) => ethers.keccak256(AbiCoder.defaultAbiCoder().encode(types, values));

function channelOf(chainId, meter, c) {
  const types = ["uint256", "address", "address", "address", "address", "uint256", "bytes32"];
  return hash(types, chainId, meter, c.payer, c.payee, ethers.ZeroAddress, c.timeout, c.xid);
}

const keyOf = (channel, signer) => hash(["bytes32", "address", "uint256"], channel, signer, 1);

/** An update with its key: [total, secret, r, vs], as `close` takes them. */
async function update(signer, where, channel, total, secret = random32()) {
  const signature = await signer.signTypedData(where, UPDATE, { channel, total, lock: ethers.sha256(secret) });
  const { r, yParityAndS } = ethers.Signature.from(signature);
  return [total, secret, r, yParityAndS];
}

/** Opens, signs three updates, tops up, and closes with the last, which the first deposit would not have paid. */
export async function openSignAndClose(chain) {
  const provider = new JsonRpcProvider(chain.url, undefined, { cacheTimeout: -1, pollingInterval: 50 });
  try {
    const [payer, payee] = await Promise.all([0, 1].map((i) => provider.getSigner(i)));
    const signer = Wallet.createRandom();
    const factory = new ethers.ContractFactory(JSON.parse(artifact("Meter.abi.json")), artifact("Meter.bin"), payer);
    const meter = new Contract(await (await factory.deploy()).getAddress(), factory.interface, payer);
    const { chainId } = await provider.getNetwork();
    const where = domain(chainId, await meter.getAddress());
    const c = { payer: payer.address, payee: payee.address, timeout: (await chain.now()) + 3_600, xid: random32() };
    const channel = channelOf(chainId, where.verifyingContract, c);
    const wait = async (sent) => (await sent).wait();

    const opened = await wait(meter.open(c.payee, signer.address, c.timeout, c.xid, { value: DEPOSIT }));
    let newest;
    for (const total of [1n, DEPOSIT, DEPOSIT + MORE / 2n]) newest = await update(signer, where, channel, total);
    await wait(meter.topUp(channel, signer.address, { value: MORE }));
    const [deposit] = await meter.slot(channel, signer.address);
    const before = await Promise.all([c.payer, c.payee].map((a) => provider.getBalance(a)));
    const closed = await wait(meter.connect(payee).close(c.payer, c.timeout, c.xid, ...newest));
    const after = await Promise.all([c.payer, c.payee].map((a) => provider.getBalance(a)));
    const event = meter.interface.parseLog(closed.logs[0]);
    return {
      named: (await meter.idOf(c.payer, c.payee, c.timeout, c.xid)) === channel,
      key: meter.interface.parseLog(opened.logs[0]).args.key === keyOf(channel, signer.address),
      deposit,
      total: newest[0],
      paid: after[1] - before[1] + closed.fee,
      back: after[0] - before[0],
      secretIsPublic: event.name === "Closed" && event.args.secret === newest[1],
    };
  } finally {
    provider.destroy();
  }
}

/** Fixed channels with all that is hashed and signed for them. */
export async function vectors() {
  const signer = new Wallet(ethers.id("signer"));
  const payee = new Wallet(ethers.id("payee"));
  const all = [];
  for (const [n, chainId, timeout, total, notBefore] of [
    [1, 1n, 1_800_000_000n, 0n, 0n],
    [2, 31_337n, 1_800_000_001n, 10n ** 17n + 123_456_789n, 1_700_000_000n],
    [3, 11_155_111n, 2n ** 40n, 2n ** 128n - 1n, 2n ** 40n - 1n],
  ]) {
    const meter = ethers.getAddress(ethers.dataSlice(ethers.id(`meter ${n}`), 12));
    const payer = ethers.getAddress(ethers.dataSlice(ethers.id(`payer ${n}`), 12));
    const c = { payer, payee: payee.address, timeout, xid: ethers.id(`xid ${n}`) };
    const channel = channelOf(chainId, meter, c);
    const where = domain(chainId, meter);
    const secret = ethers.id(`secret ${n}`);
    const lock = ethers.sha256(secret);
    const signed = { channel, total, lock };
    const closing = { ...signed, notBefore };
    const compact = async (by, types, value) =>
      ethers.Signature.from(await by.signTypedData(where, types, value)).compactSerialized;
    all.push({
      ...{ chainId, meter, ...c, signer: signer.address, channel, key: keyOf(channel, signer.address) },
      ...{ secret, lock, total, notBefore },
      updateDigest: ethers.TypedDataEncoder.hash(where, UPDATE, signed),
      updateSignature: await compact(signer, UPDATE, signed),
      closeDigest: ethers.TypedDataEncoder.hash(where, CLOSE, closing),
      closeSignature: await compact(payee, CLOSE, closing),
    });
  }
  const keys = { signerKey: signer.privateKey, payeeKey: payee.privateKey };
  return JSON.stringify({ ...keys, channels: all }, (_, v) => (typeof v === "bigint" ? String(v) : v), 1) + "\n";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--vectors")) writeFileSync(VECTORS, await vectors());
  else {
    const chain = await startChain();
    try {
      const result = await openSignAndClose(chain);
      console.log(JSON.stringify(result, (_, v) => (typeof v === "bigint" ? String(v) : v)));
    } finally {
      chain.stop();
    }
  }
}
