package io.evenhand.system.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A fault of the machine on which one party of an exchange runs.
sealed interface Ordeal {
    /// The states of a role in which the exchange can still go either way.
    private static List<String> states(String role) {
        return switch (role) {
            case "customer" -> List.of("Offered", "AwaitingWork", "Checking", "Funding", "Opening");
            case "provider" -> List.of("Accepted", "Working", "Sealing", "Confirming", "Revealing");
            default -> List.of("Keyed", "Provisioned", "StampMade");
        };
    }

    List<String> ROLES = List.of("customer", "provider", "stamper");

    /// The wall clock of `victim` jumps when `role` enters `state`.
    record Jump(String victim, String role, String state, Duration by) implements Ordeal {}

    /// The Java heap of `victim` has no more than so many megabytes.
    record Heap(String victim, int megabytes) implements Ordeal {}

    /// `victim`, also `host` and `chain`, stands still from there until the deadlines are over.
    record Halt(String victim, String role, String state) implements Ordeal {}

    /// Every kind for every party; the instants are drawn from the seed.
    static List<Ordeal> all(long seed) {
        Random random = new Random(seed);
        List<Ordeal> all = new ArrayList<>();
        for (String victim : ROLES) {
            all.add(new Heap(victim, 64));
            for (int hours : List.of(1, -1, 24, -24)) {
                String role = ROLES.get(random.nextInt(ROLES.size()));
                all.add(new Jump(victim, role, draw(random, role), Duration.ofHours(hours)));
            }
            for (String role : ROLES) {
                all.add(new Halt(victim, role, draw(random, role)));
            }
        }
        for (String role : ROLES) {
            all.add(new Halt("chain", role, draw(random, role)));
        }
        all.add(new Halt("host", "stamper", "Provisioned"));
        return all;
    }

    private static String draw(Random random, String role) {
        return states(role).get(random.nextInt(states(role).size()));
    }
}
