package io.evenhand.node.runtime;

import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.Store;
import java.util.Optional;

/// How a daemon stands at one moment.
///
/// @param open exchanges that are not over
/// @param freeBytes what the disk of the data directory still takes
/// @param chain the newest look at the chain; nothing for a stamper, or before the first block
/// @param balance of the wallet, if the daemon has one and the chain answers
public record NodeStatus(
        long open, long freeBytes, Optional<ChainSnapshot> chain, Optional<Wei> balance) {
    static NodeStatus of(
            Store store, Role role, Optional<ChainSnapshot> chain, Optional<Wei> balance) {
        return new NodeStatus(
                store.sessions().open(role).size(),
                store.directory().path().toFile().getUsableSpace(),
                chain,
                balance);
    }
}
