package io.evenhand.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.demo.command.DemoProtocol;
import io.evenhand.demo.delegation.DelegationDemo;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class MainTest {
    /// What an option does, or has the program do. A new word for it is added here.
    private static final Pattern VERB =
            Pattern.compile(
                    "(Also )?(Ask|Begin|Call|Choose|Compute|Count|Encrypt|Explore|Give|Go|Have|Keep|Leave"
                            + "|Let|Listen|Lock|Look|Measure|Move|Name|Open|Pay|Print|Put|Read|Refute|Remove"
                            + "|Run|Say|Search|Serve|Show|Take|Use|Wait|Write|fill|write) ");

    @TempDir private Path home = Path.of("");

    private List<DemoProtocol> protocols = Demos.ALL;

    private record Run(int exit, String out, String err) {}

    private Run run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell =
                new Shell(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of("EVENHAND_HOME", home.resolve("node").toString()));
        int exit = Main.run(protocols, shell, args);
        return new Run(
                exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "demo delegation", "bench"})
    @DisplayName("every command has a help page with an example and its exit codes")
    void help(String command) {
        Run run = run((command + " --help").split(" "));
        assertEquals(0, run.exit());
        assertTrue(run.out().contains("Example"), run.out());
        assertTrue(run.out().contains("evenhand " + command), run.out());
        for (ExitCode exit : ExitCode.values()) {
            assertTrue(run.out().contains("\n  " + exit.code() + "   "), run.out());
        }
    }

    @Test
    @DisplayName(
            "each option and parameter is told in whole sentences that begin with what it does")
    void sentences() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Shell shell = new Shell(nowhere, nowhere, Map.of());
        String[] all =
                Main.commands(protocols, shell).getSubcommands().keySet().toArray(String[]::new);
        List<String> broken = new ArrayList<>();
        int looked = fragments(Main.commands(protocols, shell, all), broken);
        assertEquals(List.of(), broken);
        assertTrue(looked > 150, looked + " options");
    }

    private static int fragments(CommandLine line, List<String> broken) {
        CommandSpec spec = line.getCommandSpec();
        if (spec.usageMessage().hidden() || spec.userObject() instanceof CommandLine.HelpCommand) {
            return 0;
        }
        int looked = 0;
        for (ArgSpec each : spec.args()) {
            String text = String.join(" ", each.description());
            looked++;
            if (!VERB.matcher(text).lookingAt() || !text.endsWith(".")) {
                broken.add(spec.qualifiedName() + " " + each.paramLabel() + ": " + text);
            }
        }
        for (CommandLine each : line.getSubcommands().values()) {
            looked += fragments(each, broken);
        }
        return looked;
    }

    @Test
    @DisplayName("the page of all commands has the installed ones too, and begins with the demo")
    void all() {
        Run run = run("--help");
        assertEquals(0, run.exit());
        for (String command : List.of("demo", "init", "provider", "explore", "bench", "help")) {
            assertTrue(run.out().contains("\n  " + command + " "), run.out());
        }
        assertTrue(run.out().contains("Start with: evenhand demo"), run.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bench | evenhand bench gas",
                "bench transfer --size 0B | --size is 1 B",
                "bench exchanges --count -1 | --count is 1 to",
                "bench rpc --block-time 1 | --block-time is 0.05 to",
                "bench rpc --seconds 0 | --seconds is 1 to",
                "bench exchanges --inflight 401 | --inflight is 1 to 400",
                "bench exchanges --inflight 1 --seconds 0 | --seconds is 1 to",
                "demo --cheat nothing | --list-cheats",
                "demo delegation --cheat nothing | \"evenhand demo delegation --list-cheats\"",
                "demo --list-cheats delegation | come after \"evenhand demo delegation\"",
                "demo metered | what is \"metered\"?",
                "demo --cheat nothing | no cheat is called",
                "stamper --cheat underpay | what is \"--cheat\"?"
            })
    @DisplayName("wrong usage is one line with the way out, and exit code 2")
    void usage(String line, String message) {
        Run run = run(line.split(" "));
        assertEquals(ExitCode.USAGE.code(), run.exit(), run.err());
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertTrue(run.err().contains(message), run.err());
        assertFalse(run.err().contains("Exception"), run.err());
    }

    @Test
    @DisplayName("demo alone is the demo of the first protocol, with the same options")
    void first() {
        assertEquals(run("demo", "--list-cheats"), run("demo", "delegation", "--list-cheats"));
        assertTrue(run("demo", "--list-cheats").out().contains("\nwrong-key "));
        protocols = List.of(new ToyDemo(), new DelegationDemo());
        assertEquals("played\n", run("demo").out());
    }

    @Test
    @DisplayName("a protocol needs no more than its line to be played, cheated in and measured")
    void second() {
        protocols = List.of(new DelegationDemo(), new ToyDemo());
        assertTrue(run("demo", "--help").out().contains("\n  toy "), run("demo", "--help").out());
        assertEquals("played\n", run("demo", "toy").out());
        assertTrue(run("demo", "toy", "--list-cheats").out().contains("it is broken"));
        Run all = run("demo", "toy", "--cheat", "all", "--json", "--folder", home.toString());
        assertTrue(all.out().contains("\"stopped\":1,\"failed\":[]"), all.out());
        assertTrue(run("demo", "toy", "--cheat", "underpay").err().contains("no cheat is called"));
        assertEquals("3 turns\n", run("bench", "spin").out());
        assertTrue(run("bench").err().contains("evenhand bench gas, fuel, journal,"));
        protocols = List.of(new ToyDemo());
        List<String> gas = run("bench", "gas", "--json").out().lines().toList();
        assertTrue(gas.getFirst().contains("\"gas\":5"), gas.toString());
        assertEquals(
                "{\"type\":\"summary\",\"command\":\"bench gas\",\"toyPush\":5,\"toyAll\":7}",
                gas.getLast());
    }

    @Test
    @DisplayName("a protocol without cheats, benchmarks and transactions is played all the same")
    void bare() {
        protocols = List.of(new BareDemo(), new ToyDemo());
        assertFalse(run("demo", "--help").out().contains("--cheat all"));
        assertEquals("greeted\n", run("demo").out());
        List<String> gas = run("bench", "gas", "--json").out().lines().toList();
        assertEquals(
                "{\"type\":\"summary\",\"command\":\"bench gas\",\"toyPush\":5,\"toyAll\":7}",
                gas.getLast());
    }
}
