package io.evenhand.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Party;
import io.evenhand.cli.cheat.Cheat;
import io.evenhand.cli.judge.ChainFacts;
import io.evenhand.cli.judge.Judge;
import io.evenhand.cli.judge.Ruling;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// One run of the demo, from an empty folder to the judge's ruling.
final class DemoRun implements AutoCloseable {
    static final Wei WAGE = Wei.parse("0.01 eth");

    /// An honest exchange takes some ten seconds; a refund adds what the machine needs to notice
    /// it.
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration STEP_LIMIT = Duration.ofSeconds(60);

    private final Output output;
    private final DemoScreen screen;
    private final Path root;
    private final Path folder;
    private final Optional<Cheat> cheat;
    private final boolean keep;
    private final List<AutoCloseable> open = new ArrayList<>();
    private Optional<Stage> stage = Optional.empty();

    DemoRun(Output output, Path root, Path folder, Optional<Cheat> cheat, boolean keep) {
        this.keep = keep;
        this.output = output;
        this.screen = new DemoScreen(output);
        this.root = root;
        this.folder = folder;
        this.cheat = cheat;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop the demo"));
    }

    /// Plays it all and says whether it was fair.
    boolean play() throws IOException, InterruptedException {
        screen.say(
                "Evenhand demo: a task delegated between two parties who do not trust each other.");
        screen.say(
                "The stamper's profile is \"software\": it protects nothing against its machine's owner.");
        cheat.ifPresent(c -> screen.say("Cheat: " + c.about() + "."));
        Stage set = Stage.set(root, folder);
        stage = Optional.of(set);
        add(set.chain());
        screen.say(
                "local chain at %s, escrow %s"
                        .formatted(set.chain().httpUrl(), set.rail().contract()));
        long firstBlock = set.chain().tip().number();
        BigInteger customerBefore = set.chain().balance(set.customer()).value();
        BigInteger providerBefore = set.chain().balance(set.provider()).value();

        Party stamper =
                party("stamper", List.of("stamper", "--listen", "127.0.0.1:0", "--invites", "2"));
        JsonNode stamperSays = stamper.listening();
        screen.know(stamperSays.path("identity").asText(), "stamper");
        Party provider =
                party("provider", providerCommand(stamperSays.path("invites").get(0).asText()));
        JsonNode providerSays = provider.listening();
        screen.know(providerSays.path("identity").asText(), "provider");
        screen.know(set.keys("customer").identity().party().toString(), "customer");
        Party customer =
                party(
                        "customer",
                        customerCommand(
                                set,
                                providerSays.path("invite").asText(),
                                stamperSays.path("invites").get(1).asText()));
        interfere(set, customer, provider);
        String outcome = outcome(customer);
        int _ = customer.exit(LIMIT);
        if (outcome.equals("settled")) {
            JsonNode _ = provider.await(ended("provider"), STEP_LIMIT, "see its wage as final");
        }
        return rule(set, outcome, firstBlock, customerBefore, providerBefore);
    }

    private List<String> providerCommand(String stamperInvite) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "provider",
                                root.resolve("examples/digits/provider.yaml").toString(),
                                "--listen",
                                "127.0.0.1:0",
                                "--directory",
                                root.toString(),
                                "--stamper",
                                stamperInvite));
        addCheat(command, Cheat.Cheater.PROVIDER);
        return command;
    }

    private List<String> customerCommand(Stage set, String providerInvite, String stamperInvite) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "delegate",
                                "--provider",
                                providerInvite,
                                "--stamper",
                                stamperInvite,
                                "--input",
                                set.task().input().toString(),
                                "--policy",
                                set.policy().toString(),
                                "--wage",
                                WAGE.value() + " wei",
                                "--deadline",
                                cheat.filter(c -> c == Cheat.JUNK_CIPHERTEXT).isPresent()
                                        ? "20s"
                                        : "60s",
                                "--output",
                                folder.resolve("labels.csv").toString()));
        addCheat(command, Cheat.Cheater.CUSTOMER);
        return command;
    }

    private void addCheat(List<String> command, Cheat.Cheater cheater) {
        cheat.filter(c -> c.cheater() == cheater)
                .ifPresent(c -> {
                    command.add("--cheat");
                    command.add(c.title());
                });
    }

    private Party party(String name, List<String> command) throws IOException {
        Path home = stage.orElseThrow().home(name);
        Path archive = root.resolve("build/cds");
        Files.createDirectories(archive);
        Party party =
                Party.start(
                        name,
                        home,
                        Party.brief(archive.resolve(name + ".jsa")),
                        screen::hear,
                        command);
        add(party);
        return party;
    }

    /// What outsiders and time do: a stranger in the mempool, or the deadline that comes without a
    /// claim.
    private void interfere(Stage set, Party customer, Party provider) throws InterruptedException {
        if (cheat.isEmpty()) {
            return;
        }
        switch (cheat.get()) {
            case MEMPOOL_COPY -> {
                JsonNode _ =
                        customer.await(event("TransactionIncluded"), STEP_LIMIT, "fund the deal");
                boolean copied =
                        new Stranger(set.chain(), set.rail().contract()).copyTheClaim(STEP_LIMIT);
                screen.say(
                        copied
                                ? "           a stranger copied the claim from the mempool, and its"
                                        + " copy was mined first"
                                : "           the stranger saw no claim");
            }
            case UNDERPAY, PROVIDER_VANISHES, WRONG_KEY -> {
                JsonNode _ =
                        customer.await(event("TransactionIncluded"), STEP_LIMIT, "fund the deal");
                JsonNode _ = provider.await(this::isStuck, STEP_LIMIT, "get stuck");
                Duration tillEnd = Duration.ofMinutes(10);
                screen.say(
                        "           nothing more will happen: the chain's clock goes on by 10 minutes, to claimBy");
                set.chain().warp(tillEnd);
            }
            case CUSTOMER_VANISHES, JUNK_CIPHERTEXT -> {}
        }
    }

    /// The moment from which the deal can only be refunded.
    private boolean isStuck(JsonNode event) {
        return switch (cheat.orElseThrow()) {
            case UNDERPAY ->
                    event.path("event").asText().equals("Ignored")
                            && event.path("why").asText().startsWith("D17");
            case PROVIDER_VANISHES -> event.path("event").asText().equals("Ended");
            case WRONG_KEY -> event.path("event").asText().equals("TransactionIncluded");
            case CUSTOMER_VANISHES, JUNK_CIPHERTEXT, MEMPOOL_COPY -> false;
        };
    }

    private static Predicate<JsonNode> event(String kind) {
        return event -> event.path("event").asText().equals(kind);
    }

    private static Predicate<JsonNode> ended(String role) {
        return event ->
                event.path("event").asText().equals("Ended")
                        && event.path("role").asText().equals(role);
    }

    private static String outcome(Party customer) throws InterruptedException {
        String end =
                customer.await(ended("customer"), LIMIT, "come to an end").path("outcome").asText();
        return switch (end) {
            case "Settled" -> "settled";
            case "Refunded" -> "refunded";
            default -> "aborted";
        };
    }

    private boolean rule(
            Stage set,
            String outcome,
            long firstBlock,
            BigInteger customerBefore,
            BigInteger providerBefore)
            throws IOException, InterruptedException {
        LocalChain chain = set.chain();
        ChainFacts facts = ChainFacts.read(chain.rpc(), firstBlock, set.rail().contract());
        Judge.Balances balances =
                new Judge.Balances(
                        delta(chain, facts, set.customer(), customerBefore),
                        delta(chain, facts, set.provider(), providerBefore),
                        WAGE.value());
        Ruling ruling =
                Judge.rule(
                        folder.resolve("customer"),
                        set.keys("customer"),
                        set.policy(),
                        facts,
                        balances,
                        cheat.filter(c -> c.cheater() == Cheat.Cheater.CUSTOMER).isEmpty(),
                        cheat.filter(c -> c.cheater() == Cheat.Cheater.PROVIDER).isEmpty());
        DemoReport report = new DemoReport(output, screen, folder, cheat);
        if (keep) {
            report.explain(set, facts, Timing.LOCAL);
        }
        report.print(outcome, ruling, facts, WAGE);
        return ruling.fair();
    }

    private static BigInteger delta(
            LocalChain chain, ChainFacts facts, Address account, BigInteger before) {
        return chain.balance(account).value().subtract(before).add(facts.gasPaidBy(account));
    }

    private void add(AutoCloseable resource) {
        synchronized (open) {
            open.add(resource);
        }
    }

    @Override
    public void close() {
        List<AutoCloseable> all;
        synchronized (open) {
            all = new ArrayList<>(open.reversed());
            open.clear();
        }
        for (AutoCloseable resource : all) {
            try {
                resource.close();
            } catch (Exception e) {
                output.note("evenhand demo: " + e.getMessage());
            }
        }
    }
}
