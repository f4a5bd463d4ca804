package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// Everything that every process of a testbed has said, also those that are dead.
public final class ProcessLog {
    private final List<Said> lines = new ArrayList<>();

    /// @param actor whose process it was
    record Said(String actor, JsonNode line) {}

    synchronized void add(String actor, JsonNode line) {
        lines.add(new Said(actor, line));
        notifyAll();
    }

    synchronized int size() {
        return lines.size();
    }

    /// Waits for a line, as long as `sensible` holds.
    synchronized Optional<JsonNode> await(
            Predicate<Said> wanted, BooleanSupplier sensible, long limitSeconds)
            throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        int seen = 0;
        while (true) {
            for (; seen < lines.size(); seen++) {
                if (wanted.test(lines.get(seen))) {
                    return Optional.of(lines.get(seen).line());
                }
            }
            if (!sensible.getAsBoolean() || System.nanoTime() >= until) {
                return Optional.empty();
            }
            wait(50);
        }
    }

    /// The line with which a role of one exchange enters a state.
    static Predicate<Said> entered(String role, String ref, String state) {
        return said ->
                is(said, "event", "StateChanged")
                        && is(said, "to", state)
                        && is(said, "role", role)
                        && is(said, "exchange", ref);
    }

    static boolean is(Said said, String field, String value) {
        return said.line().path(field).asText().equals(value);
    }
}
