package io.evenhand.demo.delegation;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.Output;
import io.evenhand.cli.command.InviteArgument;
import io.evenhand.demo.command.DemoOptions;
import io.evenhand.demo.command.DemoResult;
import io.evenhand.demo.command.DemoRun;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatHooks;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.delegation.judge.ChainFacts;
import io.evenhand.demo.delegation.judge.Judge;
import io.evenhand.demo.delegation.judge.Ruling;
import io.evenhand.demo.stage.DemoScreen;
import io.evenhand.demo.stage.Stage;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// One run of the demo, from an empty folder to the judge's ruling.
final class DelegationRun implements DemoRun {
    private final Output output;
    private final DemoScreen screen;
    private final Path root;
    private final Path folder;
    private final Optional<Cheat> cheat;
    private final boolean keep;
    private final Theatre theatre;
    private final Thread atExit = Loop.atExit(this::abandon);

    DelegationRun(DemoOptions options, Optional<Cheat> cheat) throws IOException {
        this.keep = options.keep();
        this.output = options.output();
        this.screen = new DemoScreen(output, options.quiet());
        this.root = options.root();
        this.folder = options.folder();
        this.cheat = cheat;
        screen.say(
                "Evenhand demo: a task delegated between two parties who do not trust each other.");
        screen.say(
                "The stamper's profile is \"software\": it protects nothing against its machine's owner.");
        cheat.ifPresent(c -> screen.say("Cheat: " + c.story().about() + "."));
        Predicate<JsonNode> shows = event -> cheat.filter(c -> c.shows(event)).isPresent();
        this.theatre = new Theatre(screen, root, folder, shows);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    @Override
    public DemoResult play() throws IOException, InterruptedException {
        Stage stage = theatre.stage();
        LocalChain chain = stage.chain();
        screen.say(
                "local chain at %s, escrow %s".formatted(chain.httpUrl(), stage.rail().contract()));
        theatre.option(Role.CUSTOMER, "--input", stage.task().input().toString());
        theatre.option(Role.CUSTOMER, "--policy", stage.policy().toString());
        theatre.option(Role.CUSTOMER, "--wage", Theatre.WAGE.value() + " wei");
        theatre.option(Role.CUSTOMER, "--deadline", Theatre.DEADLINE.toMinutes() + "m");
        theatre.option(Role.CUSTOMER, "--output", folder.resolve("labels.csv").toString());
        if (cheat.isPresent()) {
            String prop = cheat.get().prepare(theatre);
            theatre.everyParty(CheatHooks.option(cheat.get(), prop));
        }
        serve(stage);
        if (cheat.isPresent()) {
            cheat.get().prologue(theatre);
        }
        long firstBlock = chain.tip().number();
        BigInteger customerBefore = chain.balance(stage.customer()).value();
        BigInteger providerBefore = chain.balance(stage.provider()).value();
        theatre.start(Role.CUSTOMER, List.of("delegate"));
        if (cheat.isPresent()) {
            cheat.get().play(theatre);
        }
        Outcome outcome = outcome();
        int _ = theatre.customer().exit(Theatre.STEP_LIMIT);
        if (outcome == Outcome.SETTLED) {
            JsonNode _ = theatre.await(Role.PROVIDER, "Ended");
        }
        if (cheat.isPresent()) {
            boolean _ = theatre.awaitStopped(Theatre.STEP_LIMIT);
        }
        ChainFacts facts = ChainFacts.read(chain.rpc(), firstBlock, stage.rail().contract());
        Judge.Balances balances =
                new Judge.Balances(
                        delta(chain, facts, stage.customer(), customerBefore),
                        delta(chain, facts, stage.provider(), providerBefore),
                        Theatre.WAGE.value());
        return rule(outcome, facts, balances);
    }

    private void serve(Stage stage) throws IOException, InterruptedException {
        JsonNode stamper =
                theatre.start(
                                Role.STAMPER,
                                List.of("stamper", "--listen", listen(), "--invites", "2"))
                        .listening();
        screen.know(stamper.path("identity").asText(), "stamper");
        JsonNode provider =
                theatre.start(
                                Role.PROVIDER,
                                List.of(
                                        "provider",
                                        root.resolve("examples/digits/provider.yaml").toString(),
                                        "--listen",
                                        listen(),
                                        "--directory",
                                        root.toString(),
                                        "--stamper",
                                        keep("accepted", stamper.path("invites").get(0))))
                        .listening();
        screen.know(provider.path("identity").asText(), "provider");
        screen.know(stage.keys("customer").identity().party().toString(), "customer");
        theatre.option(Role.CUSTOMER, "--provider", keep("provider", provider.path("invite")));
        theatre.option(Role.CUSTOMER, "--stamper", keep("stamper", stamper.path("invites").get(1)));
    }

    private String keep(String name, JsonNode invite) throws IOException {
        return InviteArgument.keep(folder.resolve(name + ".invite"), invite.asText());
    }

    /// A port of one's own, so that a process that ends can come back to it.
    private static String listen() throws IOException {
        return "127.0.0.1:" + Theatre.freePort();
    }

    private Outcome outcome() throws InterruptedException {
        Predicate<JsonNode> ended =
                event ->
                        event.path("event").asText().equals("Ended")
                                && event.path("role").asText().equals("customer");
        JsonNode end = theatre.customer().await(ended, Theatre.STEP_LIMIT, "come to an end");
        return Outcome.of(end.path("outcome").asText());
    }

    private DemoResult rule(Outcome outcome, ChainFacts facts, Judge.Balances balances)
            throws IOException, InterruptedException {
        Stage stage = theatre.stage();
        Optional<Story> story = cheat.map(Cheat::story);
        Ruling ruling =
                Judge.rule(
                        folder.resolve("customer"),
                        stage.keys("customer"),
                        stage.policy(),
                        facts,
                        balances,
                        story.filter(s -> !s.honest(Role.CUSTOMER)).isEmpty(),
                        story.filter(s -> !s.honest(Role.PROVIDER)).isEmpty());
        DemoReport report = new DemoReport(output, screen, folder, story);
        if (keep) {
            report.explain(stage, facts, Timing.LOCAL);
        }
        return report.of(outcome, ruling, facts, theatre.attempted(), theatre.stopped());
    }

    private static BigInteger delta(
            LocalChain chain, ChainFacts facts, Address account, BigInteger before) {
        return chain.balance(account).value().subtract(before).add(facts.gasPaidBy(account));
    }

    private void abandon() {
        theatre.close();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook runs anyway.
            return;
        }
        theatre.close();
    }
}
