package io.evenhand.cli;

import io.evenhand.node.NodeEvent;
import io.evenhand.node.store.SessionKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What is tried again and again is worth one line; a single failure mends itself.
final class Tries {
    private static final int WORTH_A_LINE = 3;

    private final Map<SessionKey, Map<String, Integer>> failed = new ConcurrentHashMap<>();

    Optional<String> of(NodeEvent event) {
        return switch (event) {
            case NodeEvent.Retrying(var key, String what, String why, var _) -> {
                int times =
                        failed.computeIfAbsent(key, _ -> new ConcurrentHashMap<>())
                                .merge(what, 1, Integer::sum);
                yield times == WORTH_A_LINE
                        ? Optional.of(what + " waits and is tried again: " + why)
                        : Optional.empty();
            }
            case NodeEvent.StateChanged _, NodeEvent.Ended _ -> {
                failed.remove(event.session());
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }
}
