package io.evenhand.demo.delegation.cheat.stranger;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;

/// D8: whoever sees a claim can send it too.
public final class MempoolCopy implements Cheat {
    @Override
    public Story story() {
        return new Story(
                "mempool-copy",
                Cheater.STRANGER,
                "a stranger copies the claim from the mempool and has it mined first",
                "the payee is fixed at the deposit (D8): whoever sends the key, the provider is paid",
                Outcome.SETTLED);
    }

    @Override
    public void play(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        Mempool pool = new Mempool(theatre.chain());
        Address payee = theatre.stage().provider();
        try (Mempool.Grip _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            Wei before = theatre.chain().balance(payee);
            Address stranger = LocalChain.wallet(LocalChain.ACCOUNTS - 1).address();
            Bytes32 copy = pool.ahead(stranger, theatre.rail().contract(), claim.input(), Wei.ZERO);
            theatre.cheated("a stranger sends the provider's claim as its own, with a higher tip");
            theatre.chain().mine(1);
            boolean succeeded = pool.receipt(copy).succeeded();
            if (succeeded && theatre.chain().balance(payee).compareTo(before) > 0) {
                theatre.stopped("the copy was mined first, and the contract paid the provider");
            }
        }
    }
}
