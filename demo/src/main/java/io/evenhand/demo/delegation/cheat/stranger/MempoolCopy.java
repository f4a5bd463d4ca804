package io.evenhand.demo.delegation.cheat.stranger;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;

/// D8: whoever sees a claim can send it too.
public final class MempoolCopy implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "mempool-copy",
                Cheater.STRANGER,
                "a stranger copies the claim from the mempool and has it mined first",
                "the payee is fixed at the deposit (D8): whoever sends the key, the provider is paid",
                Outcome.SETTLED);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        Mempool pool = new Mempool(net.chain());
        Address payee = DelegationNet.providerWallet().address();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            Wei before = net.chain().balance(payee);
            Address stranger = LocalChain.wallet(LocalChain.ACCOUNTS - 1).address();
            Bytes32 copy = pool.ahead(stranger, net.rail().contract(), claim.input(), Wei.ZERO);
            net.cheated("a stranger sends the provider's claim as its own, with a higher tip");
            net.chain().mine(1);
            boolean succeeded = pool.receipt(copy).succeeded();
            if (succeeded && net.chain().balance(payee).compareTo(before) > 0) {
                net.stopped("the copy was mined first, and the contract paid the provider");
            }
        }
    }
}
