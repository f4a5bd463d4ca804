package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.Shell;
import io.evenhand.demo.Demos;
import io.evenhand.demo.Main;
import io.evenhand.demo.delegation.stage.DigitsTask;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.system.house.SourceTree;
import io.evenhand.system.whole.Program;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every example of every help page, typed into a shell as it stands there. Replaced are only what
/// a user replaces too: the address of the chain, that of the contract, ports, and the name of the
/// exchange.
class HelpExamplesIT {
    /// They play whole exchanges or measure for minutes, and have tests of their own (`DemoIT`,
    /// `CheatsIT`, `ExploreCommandTest`, `ManyAtOnceIT`): here their words are only understood.
    private static final Pattern LONG =
            Pattern.compile("evenhand (demo|bench|explore delegation --(mutants|walks 1000))\\b.*");

    private static final Pattern COMMAND = Pattern.compile("  ([a-z]+)  .*");
    private static final Pattern INVITE = Pattern.compile("(evenhand:\\S{40,})");
    private static final Pattern REF = Pattern.compile("exchange ([0-9a-f]{8})\\b");

    @TempDir private Path folder = Path.of("");

    private final Set<String> examples = new TreeSet<>();
    private final Map<String, String> replaced = new LinkedHashMap<>();
    private final List<Typed> servers = new ArrayList<>();
    private LocalChain chain;

    HelpExamplesIT() throws IOException {
        chain = LocalChain.start(new LocalChain.Mining.Every(1));
    }

    /// What was typed, while it runs.
    private static final class Typed {
        private final Process process;
        private final BufferedReader out;
        private final StringBuilder said = new StringBuilder();

        Typed(Process process) {
            this.process = process;
            this.out = process.inputReader();
        }

        String await(Pattern wanted) throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.append(line).append('\n');
                Matcher found = wanted.matcher(line);
                if (found.find()) {
                    return found.group(1);
                }
            }
            throw new AssertionError("never said " + wanted + ": " + said);
        }

        String end(int... exits) throws IOException, InterruptedException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.append(line).append('\n');
            }
            assertTrue(process.waitFor(Program.LIMIT.toSeconds(), TimeUnit.SECONDS));
            boolean good = IntStream.of(exits).anyMatch(e -> e == process.exitValue());
            assertTrue(good, process.exitValue() + ": " + said);
            return said.toString();
        }
    }

    @BeforeEach
    void prepare() throws Exception {
        collect("");
        Path root = SourceTree.root();
        Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("bin/evenhand"), root.resolve("evenhand"));
        Files.createSymbolicLink(folder.resolve("examples"), root.resolve("examples"));
        Files.createSymbolicLink(folder.resolve("README.md"), root.resolve("README.md"));
        replaced.put("http://127.0.0.1:8545", chain.httpUrl());
        replaced.put("127.0.0.1:7202", "127.0.0.1:0");
        replaced.put("/mnt/safe/", folder.resolve("safe") + "/");
        Files.createDirectories(folder.resolve("safe"));
        for (String party : List.of("customer", "provider", "stamper")) {
            int account = List.of("customer", "provider", "stamper").indexOf(party);
            String key = HexFormat.of().formatHex(LocalChain.key(account).expose());
            String _ = type(party, "evenhand init --wallet-fd 0", key + "\n").end(0);
        }
    }

    @AfterEach
    void leave() {
        servers.forEach(server -> ChildProcess.kill(server.process));
        chain.close();
    }

    private static String help(String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.removeIf(String::isEmpty);
        words.add("--help");
        int exit =
                Main.run(
                        Demos.ALL, new Shell(print, print, Map.of()), words.toArray(String[]::new));
        assertEquals(0, exit, out.toString(StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    /// The examples of a page, and of the pages of the commands that it lists.
    private void collect(String command) {
        String page = help(command);
        for (String line : page.replaceAll(" \\\\\n +", " ").lines().toList()) {
            if (line.startsWith("  evenhand ")) {
                examples.add(line.strip());
            }
        }
        int list = page.indexOf("\nCommands:");
        if (list >= 0) {
            String commands = page.substring(page.indexOf('\n', list + 1) + 1);
            for (String line : commands.lines().toList()) {
                Matcher name = COMMAND.matcher(line);
                if (line.isEmpty()) {
                    break;
                }
                if (name.matches() && !name.group(1).equals("help")) {
                    collect((command + " " + name.group(1)).strip());
                }
            }
        }
    }

    /// Starts an example as one party's user.
    private Typed start(String party, String example) throws IOException {
        assertTrue(examples.remove(example), () -> "no help page has " + example);
        return type(party, example, "a secret of some words\n");
    }

    private String run(String party, String example, int... exits) throws Exception {
        return start(party, example).end(exits.length == 0 ? new int[] {0} : exits);
    }

    private Typed type(String party, String text, String input) throws IOException {
        String typed = text;
        for (Map.Entry<String, String> one : replaced.entrySet()) {
            typed = typed.replace(one.getKey(), one.getValue());
        }
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", typed).redirectErrorStream(true);
        builder.directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("HOME", folder.toString());
        environment.put("EVENHAND_HOME", folder.resolve(".evenhand-" + party).toString());
        environment.put("EVENHAND_NO_BUILD", "1");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", folder.resolve("bin") + ":" + environment.get("PATH"));
        Path in = Files.writeString(Files.createTempFile(folder, "typed", ".in"), input);
        return new Typed(ChildProcess.start(builder, in));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    @DisplayName("every example of every help page does what it says")
    void examples() throws Exception {
        replaced.put("--passphrase", "--passphrase-fd 0");
        String _ = run("new", "evenhand init --home ~/.evenhand --passphrase");
        replaced.remove("--passphrase");
        serve();
        delegate();
        lookAt();
        breakOff();
        String _ = run("customer", "evenhand schema > evenhand.schema.json");
        assertTrue(Files.size(folder.resolve("evenhand.schema.json")) > 1000);
        String _ =
                run(
                        "customer",
                        "evenhand explore delegation --walks 1 --seed 267     # the walk with that"
                                + " seed again");
        for (String example : List.copyOf(examples)) {
            if (LONG.matcher(example).matches()) {
                String words = example.replaceFirst("[|#].*", "").strip();
                String _ = help(words.substring("evenhand ".length()));
                examples.remove(example);
            }
        }
        // Those of computing that is paid round by round are played by hand so far.
        examples.removeIf(one -> one.matches("evenhand (node|run|close|program|resume) .*"));
        assertEquals(Set.of(), examples, "examples that no step of this test runs");
    }

    private void serve() throws Exception {
        String _ = run("customer", "evenhand deploy --rpc http://127.0.0.1:8545");
        Matcher contract =
                Pattern.compile("contract: \"(0x[0-9a-f]{40})\"")
                        .matcher(
                                Files.readString(folder.resolve(".evenhand-customer/config.yaml")));
        assertTrue(contract.find());
        replaced.put("0x5fb...", contract.group(1));
        Matcher meter =
                Pattern.compile("meter: \"(0x[0-9a-f]{40})\"")
                        .matcher(
                                Files.readString(folder.resolve(".evenhand-customer/config.yaml")));
        assertTrue(meter.find());
        replaced.put("0xe7f...", meter.group(1));
        write("node.url", chain.httpUrl());
        String _ =
                run(
                        "provider",
                        "evenhand deploy --rpc @node.url --contract 0x5fb... --meter 0xe7f...");
        Typed stamper = start("stamper", "evenhand stamper --listen 127.0.0.1:7202");
        servers.add(stamper);
        write("stamper.invite", stamper.await(INVITE));
        String looked =
                run(
                        "provider",
                        "evenhand doctor examples/digits/provider.yaml   # is the price worth its"
                                + " gas?",
                        0,
                        1);
        assertTrue(looked.contains("\"digits\" is well described"), looked);
        String tried =
                run(
                        "provider",
                        "evenhand provider check examples/shell/provider.yaml --try README.md"
                                + " --policy examples/policies/size.yaml");
        assertTrue(tried.contains("policy"), tried);
        replaced.put("@stamper.invite", "@stamper.invite --listen 127.0.0.1:0");
        Typed provider =
                start(
                        "provider",
                        "evenhand provider examples/digits/provider.yaml --stamper"
                                + " @stamper.invite --operator third");
        replaced.remove("@stamper.invite");
        servers.add(provider);
        write("provider.invite", provider.await(INVITE));
        String invite = run("provider", "evenhand invite --home ~/.evenhand-provider --valid 2d");
        assertTrue(INVITE.matcher(invite).find(), invite);
        write("stamper.invite", type("stamper", "evenhand invite", "").await(INVITE));
        String _ = run("provider", "evenhand doctor --home ~/.evenhand-provider", 0, 1);
    }

    private void delegate() throws Exception {
        DigitsTask _ =
                DigitsTask.prepare(
                        folder.resolve("examples/digits/digits.csv.gz"), folder, new Random(1));
        write("policy.yaml", "policy: accuracy\natLeast: 0.5\nhidden: hidden.csv\n");
        String quote = run("customer", "evenhand quote @provider.invite");
        assertTrue(quote.contains("digits"), quote);
        String _ =
                run(
                        "customer",
                        "evenhand delegate --provider @provider.invite --stamper @stamper.invite"
                                + " --input input.csv --policy policy.yaml --wage \"0.01 eth\""
                                + " --deadline 2h --output labels.csv");
        assertTrue(Files.size(folder.resolve("labels.csv")) > 0);
        String listed = type("customer", "evenhand list", "").end(0);
        replaced.put("3f2a91c0", listed.substring(0, 8));
    }

    private void lookAt() throws Exception {
        String _ = run("provider", "evenhand list --home ~/.evenhand-provider");
        String shown = run("customer", "evenhand show 3f2a91c0");
        assertTrue(shown.contains("Settled"), shown);
        String _ = run("customer", "evenhand evidence 3f2a91c0");
        String _ =
                run(
                        "customer",
                        "evenhand evidence 3f2a91c0 --output case.asice --with-work case-work"
                                + " --hidden hidden.csv");
        Files.copy(folder.resolve("labels.csv.asice"), folder.resolve("customer.asice"));
        String _ =
                type("provider", "evenhand evidence 3f2a91c0 --output provider.asice", "").end(0);
        String _ = run("customer", "evenhand verify labels.csv.asice");
        String _ =
                run(
                        "customer",
                        "evenhand verify customer.asice provider.asice --rpc"
                                + " http://127.0.0.1:8545");
        String _ = run("customer", "evenhand verify labels.csv.asice --html report.html");
        String _ = run("customer", "evenhand verify case.asice --work case-work");
        String _ = run("customer", "evenhand evidence prune --dry-run");
        String _ = run("customer", "evenhand evidence prune --older-than 30d");
        String _ = run("provider", "evenhand backup --home ~/.evenhand-provider /mnt/safe/monday");
        assertTrue(Files.exists(folder.resolve("safe/monday/identity.key")));
    }

    /// Exchanges whose commands were killed when they had just begun.
    private void breakOff() throws Exception {
        Typed resumed = begun("resumed.csv");
        String _ = resumed.await(REF);
        ChildProcess.kill(resumed.process);
        String _ = resumed.process.onExit().thenApply(_ -> "").get();
        Path halfErased = halfErased();
        String said = run("customer", "evenhand resume");
        assertTrue(Files.exists(folder.resolve("resumed.csv")), said);
        assertFalse(Files.exists(halfErased), said);
        try (Stream<Path> notes = Files.list(folder.resolve(".evenhand-customer/outputs"))) {
            assertEquals(List.of(), notes.toList());
        }
        Typed refunded = begun("refunded.csv");
        replaced.put("3f2a91c0", refunded.await(REF));
        ChildProcess.kill(refunded.process);
        String _ = refunded.process.onExit().thenApply(_ -> "").get();
        // It ends without a deposit: nothing was done for a wage, so not with 0.
        String _ = run("customer", "evenhand refund 3f2a91c0 --wait", 1);
        String _ = run("customer", "evenhand refund --lost");
    }

    /// What a crash leaves of the first exchange right after its end was told: the note is gone,
    /// and its copy of the work is overwritten in part.
    private Path halfErased() throws IOException {
        Path home = folder.resolve(".evenhand-customer");
        String first = "delegation-customer-" + replaced.get("3f2a91c0");
        try (Stream<Path> exchanges = Files.list(home.resolve("blobs"))) {
            Path files =
                    exchanges
                            .filter(each -> each.getFileName().toString().startsWith(first))
                            .findFirst()
                            .orElseThrow();
            String ref = files.getFileName().toString().substring("delegation-customer-".length());
            Files.createFile(home.resolve("outputs").resolve(ref + ".written"));
            return Files.write(files.resolve("work"), new byte[1 << 10]);
        }
    }

    private Typed begun(String output) throws Exception {
        Matcher provider =
                Pattern.compile("provider +([0-9a-f]{64})")
                        .matcher(type("customer", "evenhand show 3f2a91c0", "").end(0));
        assertTrue(provider.find());
        return type(
                "customer",
                "evenhand delegate --provider "
                        + provider.group(1)
                        + " --input input.csv --policy policy.yaml --wage \"0.01 eth\" --deadline"
                        + " 2h --output "
                        + output,
                "");
    }
}
