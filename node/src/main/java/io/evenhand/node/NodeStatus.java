package io.evenhand.node;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.node.store.AlarmTable;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// The status of a daemon at one moment.
///
/// @param open exchanges that are not over
/// @param alarms how many are raised now, by kind
/// @param nextDeadline the first moment that may cost an open exchange, seconds since 1970
/// @param freeBytes left on the disk of the data directory
/// @param chain the newest snapshot of the chain; nothing for a stamper, or before the first block
/// @param balance of the wallet, if the daemon has one and the chain answers
public record NodeStatus(
        long open,
        Map<String, Long> alarms,
        OptionalLong nextDeadline,
        long freeBytes,
        Optional<ChainSnapshot> chain,
        Optional<Wei> balance) {
    public NodeStatus {
        alarms = Map.copyOf(alarms);
    }

    public static NodeStatus of(
            Store store,
            Role role,
            Function<SessionTable.Stored, Optional<NextDeadline>> deadlines,
            Optional<ChainSnapshot> chain,
            Optional<Wei> balance) {
        List<SessionTable.Stored> open = store.sessions().open(role);
        return new NodeStatus(
                open.size(),
                store.alarms().all().stream()
                        .collect(groupingBy(AlarmTable.Raised::kind, counting())),
                open.stream()
                        .flatMap(stored -> deadlines.apply(stored).stream())
                        .filter(NextDeadline::counts)
                        .mapToLong(NextDeadline::at)
                        .min(),
                store.directory().path().toFile().getUsableSpace(),
                chain,
                balance);
    }
}
