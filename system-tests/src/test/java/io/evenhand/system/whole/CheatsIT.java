package io.evenhand.system.whole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.evidence.Reading;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheats;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whoever cheats, nobody honest loses. Those that differ most are always played; all of them with
/// `-Devenhand.soak=true`.
@Execution(ExecutionMode.CONCURRENT)
class CheatsIT {
    private static final List<String> FEW =
            List.of(
                    "underpay",
                    "wrong-key",
                    "customer-vanishes",
                    "junk-ciphertext",
                    "stranger-takes-slots",
                    "mempool-copy");

    static Stream<String> cheats() {
        return Boolean.getBoolean("evenhand.soak")
                ? Cheats.ALL.stream().map(cheat -> cheat.description().title())
                : FEW.stream();
    }

    @ParameterizedTest
    @MethodSource("cheats")
    @DisplayName(
            "the cheat really happens, somebody notices it, and the honest side comes away whole")
    void fair(String title, @TempDir Path folder) throws IOException, InterruptedException {
        Cheat cheat = Cheats.parse(title);
        Program.Result demo = Program.run("demo", "--cheat", title, "--folder", folder.toString());
        JsonNode summary = demo.last();
        assertEquals(0, demo.exit(), demo.toString());
        assertEquals(title, summary.path("cheat").asText());
        assertTrue(summary.path("fair").asBoolean(), summary.toString());
        assertTrue(
                cheat.description().ends().stream()
                        .map(Outcome::text)
                        .anyMatch(summary.path("outcome").asText()::equals),
                summary.toString());
        assertFalse(summary.path("attempted").isEmpty(), summary.toString());
        assertFalse(summary.path("stopped").isEmpty(), summary.toString());
        assertFalse(summary.path("outsiderOpens").asBoolean());
        BigInteger wage = Program.wei(summary.path("wage"));
        BigInteger customer = Program.wei(summary.path("customerDelta"));
        BigInteger provider = Program.wei(summary.path("providerDelta"));
        if (cheat.description().honest(DelegationRoles.CUSTOMER)) {
            boolean paidForWork =
                    customer.equals(wage.negate()) && summary.path("customerOpens").asBoolean();
            assertTrue(customer.signum() >= 0 || paidForWork, summary.toString());
        }
        if (cheat.description().honest(DelegationRoles.PROVIDER)) {
            boolean given = summary.path("customerOpens").asBoolean();
            assertTrue(provider.compareTo(given ? wage : BigInteger.ZERO) >= 0, summary.toString());
        }
        evidence(cheat, summary);
    }

    /// D-I9: each honest party's bundle says how it really ended, and blames nobody honest.
    private static void evidence(Cheat cheat, JsonNode summary)
            throws IOException, InterruptedException {
        for (Path bundle : Proofs.of(summary)) {
            Reading reading = Proofs.read(List.of(bundle));
            assertTrue(reading.valid(), () -> bundle + ": " + reading.refused());
            Reading.Exchange exchange = reading.exchanges().getFirst();
            String outcome = exchange.conclusion().outcome().name().toLowerCase(Locale.ROOT);
            boolean customers = String.valueOf(bundle.getFileName()).startsWith("customer-");
            if (customers && cheat.description().honest(DelegationRoles.CUSTOMER)) {
                assertEquals(summary.path("outcome").asText(), outcome, bundle.toString());
            }
            for (Role role : DelegationRoles.ALL) {
                if (cheat.description().honest(role)) {
                    assertFalse(
                            exchange.blame().contains(role.text()),
                            () -> bundle + " blames the " + role.text());
                }
            }
        }
    }

    @Test
    @DisplayName("the list for scripts names every cheat once, with a sentence on what stops it")
    void list() throws IOException, InterruptedException {
        Program.Result list = Program.run("demo", "--list-cheats");
        assertEquals(0, list.exit());
        Set<String> names = new HashSet<>();
        for (JsonNode cheat : list.lines()) {
            assertTrue(names.add(cheat.path("name").asText()), cheat.toString());
            assertTrue(cheat.path("about").asText().length() > 10, cheat.toString());
            assertTrue(cheat.path("stoppedBy").asText().length() > 10, cheat.toString());
        }
        assertEquals(Cheats.ALL.size(), names.size());
        assertTrue(names.containsAll(FEW));
    }
}
