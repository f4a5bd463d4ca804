// A throw-away local chain (anvil) and just enough JSON-RPC and ABI to drive the escrow from Node.
import { spawn } from "node:child_process";
import { createECDH, randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { hash, hashText } from "./compile.mjs";

const START_LIMIT_MS = 20_000; // anvil answers within a tenth of a second; a loaded machine may take longer

const GX = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n;
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Starts anvil on a free loopback port. `stop` ends that one process. */
export async function startChain(...extra) {
  const binary = fileURLToPath(new URL("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil", import.meta.url));
  const child = spawn(binary, ["--host", "127.0.0.1", "--port", "0", ...extra], { stdio: ["ignore", "pipe", "pipe"] });
  const url = await new Promise((found, failed) => {
    let seen = "";
    const timer = setTimeout(() => failed(new Error("anvil did not start")), START_LIMIT_MS);
    child.on("error", (e) => failed(new Error(`anvil is missing (${e.code}): run npm ci in contracts/`)));
    child.on("exit", (code) => failed(new Error(`anvil ended with ${code}:\n${seen}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes) => {
        seen += bytes;
        const match = /Listening on (\S+)/.exec(seen);
        if (match === null) return;
        clearTimeout(timer);
        found(`http://${match[1]}`);
      });
    }
  });
  return new Chain(url, () => child.kill());
}

class Chain {
  #id = 0;

  constructor(url, stop) {
    this.url = url;
    this.stop = stop;
  }

  async rpc(method, ...params) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++this.#id, method, params });
    const response = await fetch(this.url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const answer = await response.json();
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message} ${answer.error.data ?? ""}`);
    return answer.result;
  }

  /** Sends from an account that anvil holds and returns the receipt; throws if the transaction reverted. */
  async send(from, to, data, { value = 0n, gas = 16_000_000n } = {}) {
    const tx = { from, data, value: quantity(value), gas: quantity(gas) };
    const txHash = await this.rpc("eth_sendTransaction", to === null ? tx : { ...tx, to });
    for (;;) {
      const receipt = await this.rpc("eth_getTransactionReceipt", txHash);
      if (receipt === null) continue; // mined, but not yet readable
      if (receipt.status !== "0x1") throw new Error(`transaction ${txHash} reverted`);
      return receipt;
    }
  }

  async now() {
    return Number((await this.rpc("eth_getBlockByNumber", "latest", false)).timestamp);
  }
}

export const quantity = (n) => "0x" + n.toString(16);
export const word = (value) =>
  typeof value === "string" ? value.replace(/^0x/, "").padStart(64, "0") : value.toString(16).padStart(64, "0");
/** Random bytes without a zero among them: zero bytes are cheaper, and figures should be those of the dearest case. */
const random = (bytes) => Buffer.from(randomBytes(bytes).map((b) => b || 1)).toString("hex");
export const random32 = () => "0x" + random(32);
/** A salt as payers should choose it: eight random bytes are enough, and zero bytes cost a quarter of others. */
export const salt = () => "0x" + random(8) + "00".repeat(24);

const DEAL = "(address,address,address,uint256,uint256,bytes32,uint256,address,address,bytes32)";
const PART = "(address,uint256,bytes32,address,address,bytes32)";
export const selector = (signature) =>
  hashText(signature.replaceAll("Deal", DEAL).replaceAll("Part", PART)).slice(0, 10);

export const dealWords = (d) =>
  [d.payer, d.payee, d.token, d.amount, d.claimBy, d.salt, d.lockKind, d.a1, d.a2, d.termsHash].map(word).join("");

/** ABI-encodes a call whose arguments are static, each already a string of hex words. */
export const call = (signature, ...words) => selector(signature) + words.join("");

/** ABI-encodes `openMany` for deals that share payer, token, deadline and kind of lock. */
export function callOpenMany(deals) {
  const { token, claimBy, lockKind } = deals[0];
  const parts = deals.map((d) => [d.payee, d.amount, d.salt, d.a1, d.a2, d.termsHash].map(word).join(""));
  const heads = [token, claimBy, lockKind, 0x80, deals.length].map(word).join("");
  return selector("openMany(address,uint256,uint256,Part[])") + heads + parts.join("");
}

/** ABI-encodes `claimMany` of deals with their secrets. */
export function callClaimMany(deals) {
  const list = word(deals.length) + deals.map(dealWords).join("");
  const secrets = word(deals.length) + deals.map((d) => word(d.sk)).join("");
  return selector("claimMany(Deal[],bytes32[])") + word(0x40) + word(0x40 + list.length / 2) + list + secrets;
}

/** The address of sk*G, by Node's own curve arithmetic: independent of the contract's ecrecover. */
export function addressOf(sk) {
  const curve = createECDH("secp256k1");
  curve.setPrivateKey(Buffer.from(word(sk), "hex"));
  return "0x" + hash(curve.getPublicKey("hex", "uncompressed").slice(2)).slice(26);
}

/** A fresh secret with the two addresses of its point lock. */
export function freshLock() {
  const sk = (BigInt(random32()) % (N - 1n)) + 1n;
  return { sk, a1: addressOf(sk), a2: addressOf((sk + N - inverse(GX)) % N) };
}

function inverse(a) {
  let result = 1n;
  for (let base = a % N, e = N - 2n; e > 0n; e >>= 1n, base = (base * base) % N) {
    if (e & 1n) result = (result * base) % N;
  }
  return result;
}
