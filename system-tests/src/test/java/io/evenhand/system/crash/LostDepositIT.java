package io.evenhand.system.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.system.whole.Program;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A customer whose backup is older than its exchange.
class LostDepositIT {
    @TempDir Path folder;

    @Test
    @DisplayName("12: a deposit that the backup does not know comes back with refund --lost")
    void comesBack() throws Exception {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
                CrashTestbed testbed = new CrashTestbed(chain, Actors.deploy(chain), folder, 1)) {
            Customer customer = testbed.customer("customer");
            Path copy = folder.resolve("copy");
            Backup.copy(customer.actor().home(), copy);
            Program delegate = customer.delegate("", "10m");
            String ref = customer.ref().orElseThrow();
            Optional<JsonNode> funding =
                    testbed.log()
                            .await(
                                    ProcessLog.entered("customer", ref, "Funding"),
                                    delegate::runs,
                                    ExchangeRun.LIMIT.toSeconds());
            assertTrue(funding.isPresent(), delegate::trouble);
            // Its key is shown once the deposit is final, and that takes three blocks.
            testbed.provider().program().kill();
            JsonNode _ =
                    delegate.await(
                            "a deposit",
                            line -> line.path("event").asText().equals("TransactionIncluded"));
            delegate.kill();
            Backup.delete(customer.actor().home());
            Backup.copy(copy, customer.actor().home());

            JsonNode early = refund(customer, 1);
            assertEquals(1, early.path("open").asInt(), early::toString);
            chain.warp(Duration.ofHours(1));
            JsonNode late = refund(customer, 0);
            assertEquals(Wei.parse(CrashTestbed.WAGE).toString(), late.path("back").asText());
            BigInteger balance = chain.balance(testbed.account(customer.actor())).value();
            assertTrue(balance.add(BigInteger.TEN.pow(16)).compareTo(Outcome.PURSE) > 0);
            assertEquals(0, refund(customer, 0).path("found").asInt());
        }
    }

    private static JsonNode refund(Customer customer, int exit) throws Exception {
        Program refund = customer.actor().start("", List.of("refund", "--lost"));
        assertEquals(exit, refund.exit(Program.LIMIT), refund::trouble);
        return refund.lines().getLast();
    }
}
