package io.evenhand.ledger.evm;

import java.time.InstantSource;
import java.util.Optional;

/// One account at one endpoint, which need not be a good one.
final class Party implements AutoCloseable {
    final MemoryJournal journal = new MemoryJournal();
    final ChainWatcher watcher;
    final TransactionManager manager;
    final Escrow escrow;

    Party(JsonRpc rpc) {
        this(rpc, 0);
    }

    Party(JsonRpc rpc, int account) {
        watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system());
        manager =
                TransactionManager.start(
                        watcher,
                        LocalChain.CHAIN_ID,
                        LocalChain.wallet(account),
                        journal,
                        FeePolicy.standard());
        escrow = new Escrow(watcher, Optional.of(manager));
    }

    TransactionStatus.Receipt deploy() throws InterruptedException {
        var _ = escrow.deploy(manager, "deploy", Rig.ENOUGH, Rig.PATIENCE);
        return manager.find("deploy").orElseThrow().status().inBlock().orElseThrow();
    }

    @Override
    public void close() {
        manager.close();
        watcher.close();
    }
}
