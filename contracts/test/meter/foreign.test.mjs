// A foreign client opens, signs an update and closes on a real chain, and the committed vectors are what it computes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startChain } from "../../chain.mjs";
import { openSignAndClose, vectors } from "../../foreign.mjs";

test("a client that shares no code with Evenhand opens a channel, signs updates and closes with the newest", async () => {
  const chain = await startChain();
  try {
    assert.deepEqual(await openSignAndClose(chain), {
      named: true,
      key: true,
      deposit: 15n * 10n ** 17n,
      total: 125n * 10n ** 16n,
      paid: 125n * 10n ** 16n,
      back: 25n * 10n ** 16n,
      secretIsPublic: true,
    });
  } finally {
    chain.stop();
  }
});

test("the committed vectors are what ethers hashes and signs", async () => {
  const committed = readFileSync(new URL("vectors.json", import.meta.url), "utf8");
  assert.equal(await vectors(), committed, "run node foreign.mjs --vectors and read the diff");
});
