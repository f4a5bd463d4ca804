// What each call of the Meter costs, for measure.mjs. Updates are signed by anvil as EIP-712 data: by a program that
// knows nothing of the contract.
import { createHash } from "node:crypto";
import { compile } from "./compile.mjs";
import { call, random32, word } from "./chain.mjs";

const DEPOSIT = 10n ** 18n;
const TOTAL = 10n ** 17n + 123_456_789n;
const WINDOW = 24 * 3600;
const REFUSING = "5f5ffd"; // runtime of a recipient that reverts

const FIELD = (type, name) => ({ name, type });
const TYPES = {
  EIP712Domain: [FIELD("string", "name"), FIELD("uint256", "chainId"), FIELD("address", "verifyingContract")],
  Update: [FIELD("bytes32", "channel"), FIELD("uint256", "total"), FIELD("bytes32", "lock")],
};
TYPES.Close = [...TYPES.Update, FIELD("uint256", "notBefore")];

export async function measureMeter(chain) {
  const [payer, payee, stranger, signer] = await chain.rpc("eth_accounts");
  const deployed = await chain.send(payer, null, "0x" + compile("Meter").creation);
  const meter = deployed.contractAddress;
  const chainId = BigInt(await chain.rpc("eth_chainId"));
  const gas = (receipt) => Number(receipt.gasUsed);

  const sign = async (by, primaryType, message) => {
    const domain = { name: "Evenhand Meter", chainId: "0x" + chainId.toString(16), verifyingContract: meter };
    const data = { types: TYPES, primaryType, domain, message };
    const signature = await chain.rpc("eth_signTypedData_v4", by, data);
    const s = BigInt("0x" + signature.slice(66, 130)) | (BigInt(parseInt(signature.slice(130), 16) - 27) << 255n);
    return [signature.slice(2, 66), word(s)];
  };
  const open = async (from = payer) => {
    const timeout = (await chain.now()) + WINDOW;
    const xid = random32();
    const words = [payee, signer, timeout, xid].map(word);
    const receipt = await chain.send(from, meter, call("open(address,address,uint256,bytes32)", ...words), {
      value: DEPOSIT,
    });
    const asked = call("idOf(address,address,uint256,bytes32)", ...[from, payee, timeout, xid].map(word));
    const channel = await chain.rpc("eth_call", { to: meter, data: asked }, "latest");
    return { from, timeout, xid, channel, gas: gas(receipt) };
  };
  const update = async (channel, total) => {
    const secret = random32();
    const lock = "0x" + createHash("sha256").update(Buffer.from(secret.slice(2), "hex")).digest("hex");
    const message = { channel, total: "0x" + total.toString(16), lock };
    return { message, words: [total, secret].map(word).concat(await sign(signer, "Update", message)) };
  };
  const close = async (c, total) => {
    const { words } = await update(c.channel, total);
    const data = call(
      "close(address,uint256,bytes32,uint256,bytes32,bytes32,bytes32)",
      ...[c.from, c.timeout, c.xid].map(word),
      ...words,
    );
    return gas(await chain.send(payee, meter, data));
  };
  const closeFor = async (c) => {
    const { message, words } = await update(c.channel, TOTAL);
    const signed = { ...message, notBefore: "0x1" };
    const data = call(
      "closeFor(address,address,uint256,bytes32,uint256,bytes32,bytes32,bytes32,uint256,bytes32,bytes32)",
      ...[payee, c.from, c.timeout, c.xid].map(word),
      ...words,
      word(1),
      ...(await sign(payee, "Close", signed)),
    );
    return gas(await chain.send(stranger, meter, data));
  };

  await open(); // the first channel also makes the contract's balance non-zero
  const first = await open();
  const closed = await close(first, TOTAL);
  const rows = [
    ["meter: deployment", gas(deployed)],
    ["meter: open", first.gas],
    ["meter: close", closed],
    ["meter: open + close", first.gas + closed],
    ["meter: close, deposit used up", await close(await open(), DEPOSIT)],
    ["meter: closeFor, by a tower", await closeFor(await open())],
  ];
  const grows = await open();
  const more = call("topUp(bytes32,address)", ...[grows.channel, signer].map(word));
  rows.push(["meter: topUp", gas(await chain.send(payer, meter, more, { value: DEPOSIT }))]);
  const gives = call("release(address,address,uint256,bytes32)", ...[payer, signer, grows.timeout, grows.xid].map(word));
  rows.push(["meter: release", gas(await chain.send(payee, meter, gives))]);

  const refuser = "0x" + random32().slice(26);
  await chain.rpc("anvil_setBalance", refuser, "0x" + (2n * DEPOSIT).toString(16));
  await chain.rpc("anvil_impersonateAccount", refuser);
  const refused = await open(refuser);
  await chain.rpc("anvil_setCode", refuser, "0x" + REFUSING);
  rows.push(["meter: close, a payer that refuses (credit)", await close(refused, TOTAL)]);

  const late = await open();
  await chain.rpc("evm_increaseTime", WINDOW);
  const back = [payer, payee, signer, late.timeout, late.xid].map(word);
  rows.push([
    "meter: refund",
    gas(await chain.send(stranger, meter, call("refund(address,address,address,uint256,bytes32)", ...back))),
  ]);
  return rows;
}
