package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.system.whole.Program;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One exchange during which processes of its parties are killed.
final class ExchangeRun {
    /// An exchange takes ten seconds; each crash may add one pause of the transport.
    static final Duration LIMIT = Program.LIMIT;

    private static final int UNREACHABLE = 3;
    private static final int MAX_TRIES = 3;

    /// Far enough that no outage here makes anybody miss it.
    static final String DEADLINE = "20m";

    private final CrashTestbed testbed;
    private final Customer customer;
    private final long fromBlock;

    ExchangeRun(CrashTestbed testbed, String name) throws Exception {
        this.testbed = testbed;
        this.customer = testbed.customer(name);
        this.fromBlock = testbed.chain().tip().number();
    }

    Customer customer() {
        return customer;
    }

    /// Begins the exchange, kills at the instant, starts again, and waits for the end.
    Outcome with(Kill kill) throws Exception {
        Program delegate = begin();
        Optional<String> ref = customer.ref();
        if (ref.isPresent()) {
            Optional<JsonNode> _ =
                    testbed.log()
                            .await(
                                    ProcessLog.entered(kill.role(), ref.get(), kill.state()),
                                    delegate::runs,
                                    LIMIT.toSeconds());
        }
        pause(kill.afterMillis());
        strike(kill);
        return end();
    }

    /// Servers that a kill took down are away for a moment: nothing has begun then, and the user
    /// types it again.
    Program begin() throws Exception {
        Program delegate = customer.delegate("", DEADLINE);
        for (int tries = 1;
                customer.ref().isEmpty() && !delegate.runs() && tries < MAX_TRIES;
                tries++) {
            pause(Kill.MAX_DOWN);
            delegate = customer.delegate("", DEADLINE);
        }
        return delegate;
    }

    /// The instants are random, so this waits for time to pass; nothing ends the wait early.
    private static void pause(int millis) throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    private void strike(Kill kill) throws Exception {
        // All exchanges share the servers, so only one exchange at a time may kill them.
        synchronized (testbed.provider()) {
            for (String victim : kill.victims()) {
                actor(victim).program().kill();
            }
            pause(kill.downMillis());
            if (kill.victims().contains("stamper")) {
                testbed.startStamper("", 0);
            }
            if (kill.victims().contains("provider")) {
                testbed.startProvider("", 0);
            }
        }
    }

    private Actor actor(String victim) {
        return switch (victim) {
            case "customer" -> customer.actor();
            case "provider" -> testbed.provider();
            default -> testbed.stamper();
        };
    }

    /// Begins the exchange with a customer that dies at a point, and sees it through. On a busy
    /// machine a peer may not answer a first call in time: then the user types it again.
    Outcome doomed(String javaOptions) throws Exception {
        Program delegate = customer.delegate(javaOptions, DEADLINE);
        for (int tries = 1; delegate.exit(LIMIT) == UNREACHABLE && tries < MAX_TRIES; tries++) {
            delegate = customer.delegate(javaOptions, DEADLINE);
        }
        return end();
    }

    /// Sees the exchange through with the customer's living process, or else with `resume`.
    Outcome end() throws Exception {
        Program last = customer.actor().program();
        if (!hasSummary(last)) {
            if (!last.runs()) {
                last = customer.resume("");
            }
            int _ = last.exit(LIMIT);
        }
        Optional<JsonNode> summary = summary(last);
        if (summary.isEmpty()) {
            throw new AssertionError("the customer said no end" + last.trouble());
        }
        Outcome outcome = Outcome.of(customer, summary.get(), fromBlock);
        if (outcome.neverBegan()) {
            // It died before there was an exchange: the user types the same again.
            Program _ = customer.delegate("", DEADLINE);
            return end();
        }
        return outcome;
    }

    /// Waits until the provider has its wage as final, or has given up.
    void awaitProviderEnd() throws Exception {
        Optional<String> ref = customer.ref();
        if (ref.isEmpty()) {
            return;
        }
        SessionKey key = new SessionKey(DelegationRoles.PROVIDER, Bytes32.parse(ref.get()));
        long until = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < until) {
            try (Store store = Store.openForReading(testbed.provider().home())) {
                if (store.sessions().find(key).filter(s -> !s.ended()).isEmpty()) {
                    return;
                }
            }
            pause(100);
        }
        throw new AssertionError(
                "the provider does not end" + testbed.provider().program().trouble());
    }

    private static boolean hasSummary(Program program) {
        return summary(program).isPresent();
    }

    private static Optional<JsonNode> summary(Program program) {
        return program.lines().stream()
                .filter(line -> line.path("type").asText().equals("summary"))
                .findFirst();
    }
}
