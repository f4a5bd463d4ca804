package io.evenhand.system.payfirst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Main;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.system.crash.Actor;
import io.evenhand.system.crash.Actors;
import io.evenhand.system.crash.ProcessLog;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shared commands find a protocol that the program never heard of by its line alone.
class PayFirstCommandsIT {
    private static final Bytes32 REF = new Bytes32(5, 6, 7, 8);

    @TempDir Path folder;

    /// All that a command said; its last line is an error or the result.
    private static List<JsonNode> run(Class<?> main, Actor actor, ExitCode exit, String... words)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("--home", actor.home().toString()));
        line.addAll(List.of(words));
        try (Program program = Program.start(main, "-XX:TieredStopAtLevel=1", line, _ -> {})) {
            assertEquals(exit.code(), program.exit(Program.LIMIT), program::trouble);
            return program.lines();
        }
    }

    /// What is told of transactions may come after it: they go on until the process ends.
    private static JsonNode summary(List<JsonNode> lines) {
        return lines.stream()
                .filter(line -> line.path("type").asText().equals("summary"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(lines.toString()));
    }

    private static JsonNode last(Actor actor, ExitCode exit, String... words)
            throws IOException, InterruptedException {
        return run(PayFirstMain.class, actor, exit, words).getLast();
    }

    private static void assertRefused(Actor actor, ExitCode exit, String why, String... words)
            throws IOException, InterruptedException {
        JsonNode error = last(actor, exit, words);
        assertTrue(error.path("message").asText().contains(why), error::toString);
    }

    @Test
    @DisplayName(
            "list, show, resume, refund and evidence find a protocol by the role of an exchange")
    void commands() throws Exception {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant())) {
            Actors actors =
                    new Actors(
                            chain,
                            Actors.deploy(chain),
                            folder,
                            (_, options, words, listener) ->
                                    Program.start(PayFirstMain.class, options, words, listener),
                            new ProcessLog());
            try (Actor seller = actors.make("seller");
                    Actor buyer = actors.make("buyer")) {
                trade(seller, buyer);
                listed(buyer, "buyer", "Bought");
                listed(seller, "seller", "Selling");
                refused(buyer);
            }
        }
    }

    private static void trade(Actor seller, Actor buyer) throws Exception {
        JsonNode listening =
                seller.start("", List.of("sell", "--listen", "127.0.0.1:0")).listening();
        JsonNode bought =
                summary(
                        run(
                                PayFirstMain.class,
                                buyer,
                                ExitCode.OK,
                                "buy",
                                "--seller",
                                listening.path("invite").asText(),
                                "--payee",
                                listening.path("payee").asText(),
                                "--price",
                                "0.001 eth",
                                "--ref",
                                REF.toString()));
        assertEquals("Bought", bought.path("outcome").asText());
    }

    private static void listed(Actor actor, String role, String state) throws Exception {
        List<JsonNode> lines = run(PayFirstMain.class, actor, ExitCode.OK, "list");
        assertEquals(2, lines.size(), lines::toString);
        JsonNode shown = last(actor, ExitCode.OK, "show", REF.toString().substring(0, 32));
        for (JsonNode line : List.of(lines.getFirst(), shown)) {
            assertEquals(role, line.path("role").asText(), line::toString);
            assertEquals(state, line.path("state").asText());
            assertEquals(PayFirst.ROUNDS, line.path("round").asInt());
            assertTrue(line.path("ended").asBoolean());
        }
        assertEquals(role.equals("seller"), shown.has("purchase"), shown::toString);
    }

    private static void refused(Actor buyer) throws Exception {
        String ref = REF.toString();
        assertEquals(0, last(buyer, ExitCode.OK, "resume").path("exchanges").asInt());
        assertRefused(buyer, ExitCode.FAILED, "does not come back", "refund", ref);
        assertRefused(buyer, ExitCode.USAGE, "no protocol of this program", "refund", "--lost");
        assertRefused(buyer, ExitCode.FAILED, "leave no evidence", "evidence", ref);
        assertRefused(buyer, ExitCode.USAGE, "what is \"delegate\"?", "delegate");
        // The installed program does not know the protocol, and says so.
        JsonNode row = run(Main.class, buyer, ExitCode.OK, "list").getFirst();
        assertTrue(row.path("detail").asText().contains("\"payfirst/buyer\""), row::toString);
        JsonNode error = run(Main.class, buyer, ExitCode.STORAGE, "refund", ref).getLast();
        assertTrue(error.path("message").asText().contains("\"payfirst/buyer\""), error::toString);
    }
}
