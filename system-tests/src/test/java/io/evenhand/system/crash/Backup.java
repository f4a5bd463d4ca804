package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A data directory copied in one state of an exchange and put back in a later one.
///
/// @param role whose directory it is
/// @param state of that role when it is copied, or `before` the exchange
/// @param later state of the customer when the copy is put back, or `end`
record Backup(String role, String state, String later) {
    /// What every build tries.
    static final List<Backup> FEW =
            List.of(
                    new Backup("customer", "AwaitingWork", "end"),
                    new Backup("provider", "Delivering", "Funding"),
                    new Backup("provider", "before", "Funding"),
                    new Backup("stamper", "Provisioned", "Funding"));

    static final List<Backup> MORE =
            List.of(
                    new Backup("customer", "Offered", "end"),
                    new Backup("customer", "Provisioning", "Funding"),
                    new Backup("customer", "AwaitingWork", "Funding"),
                    new Backup("customer", "Checking", "Funding"),
                    new Backup("customer", "Funding", "end"),
                    new Backup("customer", "Opening", "end"),
                    new Backup("customer", "Opened", "end"),
                    new Backup("provider", "before", "Checking"),
                    new Backup("provider", "before", "Opening"),
                    new Backup("provider", "Accepted", "AwaitingWork"),
                    new Backup("provider", "Accepted", "Funding"),
                    new Backup("provider", "Working", "Funding"),
                    new Backup("provider", "Delivering", "Opening"),
                    new Backup("provider", "Confirming", "Opening"),
                    new Backup("provider", "Revealing", "end"),
                    new Backup("stamper", "Keyed", "Funding"),
                    new Backup("stamper", "StampMade", "Funding"));

    /// Plays it; good is an exchange that settles with one deposit and one wage.
    Soak.Ended play(CrashTestbed testbed) {
        long started = System.nanoTime();
        String what = "backup of the " + role + " in " + state + ", put back at " + later;
        try {
            Outcome outcome = outcome(testbed);
            return new Soak.Ended(what, outcome.good(), outcome, started);
        } catch (Exception | AssertionError e) {
            return new Soak.Ended(what + ": " + e, false, null, started);
        }
    }

    private Outcome outcome(CrashTestbed testbed) throws Exception {
        ExchangeRun run = new ExchangeRun(testbed, role + "-" + state + "-" + later);
        Customer customer = run.customer();
        Actor actor = actor(testbed, customer);
        Path copy = testbed.file(actor.name() + "-copy-" + state + later);
        boolean before = state.equals("before");
        if (before) {
            take(actor, copy);
        }
        Program delegate = customer.delegate("", ExchangeRun.DEADLINE);
        String ref = customer.ref().orElseThrow(() -> new AssertionError(delegate.trouble()));
        if (!before) {
            await(testbed, delegate, ref, role, state);
            take(actor, copy);
        }
        if (later.equals("end")) {
            Outcome _ = run.end();
            run.awaitProviderEnd();
            if (role.equals("customer")) {
                Files.deleteIfExists(customer.output());
            }
        } else {
            await(testbed, delegate, ref, "customer", later);
        }
        actor.program().kill();
        delete(actor.home());
        copy(copy, actor.home());
        switch (role) {
            case "customer" -> {
                Program _ = customer.resume("");
            }
            case "provider" -> testbed.startProvider("", 0);
            default -> testbed.startStamper("", 0);
        }
        Outcome outcome = run.end();
        run.awaitProviderEnd();
        if (role.equals("stamper") && !state.equals("StampMade")) {
            assertGivenUp(testbed, ref);
        }
        return outcome;
    }

    /// Copies a directory as it is in one instant.
    private static void take(Actor actor, Path copy) throws Exception {
        Program running = actor.program();
        running.signal("STOP");
        copy(actor.home(), copy);
        running.signal("CONT");
    }

    /// D-I10: a stamper that is put back to the copy cannot know what it has done since.
    private static void assertGivenUp(CrashTestbed testbed, String ref) {
        SessionKey key = new SessionKey(DelegationRoles.STAMPER, Bytes32.parse(ref));
        try (Store store = Store.openForReading(testbed.stamper().home())) {
            if (store.sessions().find(key).filter(session -> session.ended()).isEmpty()) {
                throw new AssertionError("a stamper that was put back goes on stamping");
            }
        }
    }

    private Actor actor(CrashTestbed testbed, Customer customer) {
        return switch (role) {
            case "customer" -> customer.actor();
            case "provider" -> testbed.provider();
            default -> testbed.stamper();
        };
    }

    private static void await(
            CrashTestbed testbed, Program delegate, String ref, String who, String state)
            throws InterruptedException {
        Optional<JsonNode> entered =
                testbed.log()
                        .await(
                                ProcessLog.entered(who, ref, state),
                                delegate::runs,
                                ExchangeRun.LIMIT.toSeconds());
        if (entered.isEmpty()) {
            throw new AssertionError(who + " never entered " + state + delegate.trouble());
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
