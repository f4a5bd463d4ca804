package io.evenhand.demo.delegation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.evenhand.cli.Output;
import io.evenhand.cli.command.InviteArgument;
import io.evenhand.demo.command.DemoOptions;
import io.evenhand.demo.command.DemoResult;
import io.evenhand.demo.command.DemoRun;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatHooks;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.judge.ChainFacts;
import io.evenhand.demo.delegation.judge.Judge;
import io.evenhand.demo.delegation.judge.Ruling;
import io.evenhand.demo.delegation.stage.Classifier;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.delegation.stage.DelegationText;
import io.evenhand.demo.stage.DemoScreen;
import io.evenhand.demo.stage.DemoSetup;
import io.evenhand.demo.stage.Party;
import io.evenhand.demo.stage.PartyProcesses;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.delegation.DelegationRoles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
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
    private final Classifier classifier;
    private final DelegationNet net;
    private final PartyProcesses parties;
    private JsonNode providerInvite = MissingNode.getInstance();
    private JsonNode stamperInvite = MissingNode.getInstance();
    private final Thread atExit = Loop.atExit(this::abandon);

    DelegationRun(DemoOptions options, Optional<Cheat> cheat) throws IOException {
        this.keep = options.keep();
        this.output = options.output();
        this.screen = new DemoScreen(output, new DelegationText(), options.quiet());
        this.root = options.root();
        this.folder = options.folder();
        this.cheat = cheat;
        screen.say(
                "Evenhand demo: a task delegated between two parties who do not trust each other.");
        screen.say(
                "The stamper's profile is \"software\": it protects nothing against its machine's owner.");
        cheat.ifPresent(c -> screen.say("Cheat: " + c.description().about() + "."));
        Predicate<JsonNode> shows = event -> cheat.filter(c -> c.shows(event)).isPresent();
        // Beside what was built, for the next demo too; where nobody may write, for this one.
        Path built = root.resolve("build");
        this.classifier = Classifier.compile(root, Files.isWritable(built) ? built : folder);
        this.net = new DelegationNet(screen, root, folder, classifier, shows);
        this.parties = net.parties();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    @Override
    public DemoResult play() throws IOException, InterruptedException {
        DemoSetup setup = net.setup();
        LocalChain chain = setup.chain();
        screen.say(
                "local chain at %s, escrow %s".formatted(chain.httpUrl(), setup.rail().contract()));
        parties.option(DelegationRoles.CUSTOMER, "--input", net.task().input().toString());
        parties.option(DelegationRoles.CUSTOMER, "--policy", net.policy().toString());
        parties.option(DelegationRoles.CUSTOMER, "--wage", DelegationNet.WAGE.value() + " wei");
        parties.option(
                DelegationRoles.CUSTOMER, "--deadline", DelegationNet.DEADLINE.toMinutes() + "m");
        parties.option(
                DelegationRoles.CUSTOMER, "--output", folder.resolve("labels.csv").toString());
        if (cheat.isPresent()) {
            String argument = cheat.get().prepare(net);
            parties.everyParty(CheatHooks.option(cheat.get(), argument));
        }
        serve(setup);
        if (cheat.isPresent()) {
            cheat.get().beforehand(net);
        }
        long firstBlock = chain.tip().number();
        Address customer = DelegationNet.customerWallet().address();
        Address provider = DelegationNet.providerWallet().address();
        BigInteger customerBefore = chain.balance(customer).value();
        BigInteger providerBefore = chain.balance(provider).value();
        begin();
        if (cheat.isPresent()) {
            cheat.get().play(net);
        }
        Outcome outcome = outcome();
        int _ = parties.of(DelegationRoles.CUSTOMER).exit(DelegationNet.STEP_LIMIT);
        if (outcome == Outcome.SETTLED) {
            JsonNode _ = parties.await(DelegationRoles.PROVIDER, "Ended");
        }
        if (cheat.isPresent()) {
            boolean _ = net.transcript().awaitStopped(DelegationNet.STEP_LIMIT);
        }
        ChainFacts facts = ChainFacts.read(chain.rpc(), firstBlock, setup.rail().contract());
        Judge.Balances balances =
                new Judge.Balances(
                        delta(chain, facts, customer, customerBefore),
                        delta(chain, facts, provider, providerBefore),
                        DelegationNet.WAGE.value());
        return rule(outcome, facts, balances);
    }

    /// Without a cheat all of them start side by side, and each is told the invites it waits for as
    /// soon as they are there. A cheat sets a party up and starts it again, in its own order.
    private void serve(DemoSetup setup) throws IOException, InterruptedException {
        Party stamper =
                parties.start(
                        DelegationRoles.STAMPER,
                        List.of("stamper", "--listen", listen(), "--invites", "2"));
        if (cheat.isEmpty()) {
            provider("-");
            parties.option(DelegationRoles.CUSTOMER, "--provider", "-");
            parties.option(DelegationRoles.CUSTOMER, "--stamper", "-");
            parties.start(DelegationRoles.CUSTOMER, List.of("delegate"));
        }
        JsonNode stamps = stamper.listening();
        screen.know(stamps.path("identity").asText(), "stamper");
        JsonNode accepted = stamps.path("invites").get(0);
        if (cheat.isEmpty()) {
            parties.of(DelegationRoles.PROVIDER).tell(accepted.asText());
        } else {
            provider(keep("accepted", accepted));
        }
        JsonNode serves = parties.of(DelegationRoles.PROVIDER).listening();
        screen.know(serves.path("identity").asText(), "provider");
        screen.know(setup.keys(DelegationRoles.CUSTOMER).identity().party().toString(), "customer");
        this.providerInvite = serves.path("invite");
        this.stamperInvite = stamps.path("invites").get(1);
        if (cheat.isPresent()) {
            parties.option(
                    DelegationRoles.CUSTOMER, "--provider", keep("provider", providerInvite));
            parties.option(DelegationRoles.CUSTOMER, "--stamper", keep("stamper", stamperInvite));
        }
        classifier.await();
    }

    private void provider(String stamper) throws IOException {
        parties.start(
                DelegationRoles.PROVIDER,
                List.of(
                        "provider",
                        net.service().toString(),
                        "--listen",
                        listen(),
                        "--directory",
                        root.toString(),
                        "--stamper",
                        stamper,
                        "--operator",
                        "third"));
    }

    /// The customer delegates.
    private void begin() throws IOException {
        if (cheat.isPresent()) {
            parties.start(DelegationRoles.CUSTOMER, List.of("delegate"));
            return;
        }
        Party customer = parties.of(DelegationRoles.CUSTOMER);
        customer.tell(providerInvite.asText());
        customer.tell(stamperInvite.asText());
    }

    private String keep(String name, JsonNode invite) throws IOException {
        return InviteArgument.keep(folder.resolve(name + ".invite"), invite.asText());
    }

    /// A port of one's own, so that a process that ends can come back to it.
    private static String listen() throws IOException {
        return "127.0.0.1:" + DelegationNet.freePort();
    }

    private Outcome outcome() throws InterruptedException {
        Predicate<JsonNode> ended =
                event ->
                        event.path("event").asText().equals("Ended")
                                && event.path("role").asText().equals("customer");
        JsonNode end =
                parties.of(DelegationRoles.CUSTOMER)
                        .await(ended, DelegationNet.STEP_LIMIT, "come to an end");
        return Outcome.of(end.path("outcome").asText());
    }

    private DemoResult rule(Outcome outcome, ChainFacts facts, Judge.Balances balances)
            throws IOException, InterruptedException {
        DemoSetup setup = net.setup();
        Optional<CheatDescription> description = cheat.map(Cheat::description);
        Ruling ruling =
                Judge.rule(
                        folder.resolve("customer"),
                        setup.keys(DelegationRoles.CUSTOMER),
                        net.policy(),
                        facts,
                        balances,
                        description.filter(s -> !s.honest(DelegationRoles.CUSTOMER)).isEmpty(),
                        description.filter(s -> !s.honest(DelegationRoles.PROVIDER)).isEmpty());
        DemoReport report = new DemoReport(output, screen, folder, description);
        if (keep) {
            report.explain(setup, facts, Timing.LOCAL);
        }
        return report.of(
                outcome, ruling, facts, net.transcript().attempted(), net.transcript().stopped());
    }

    private static BigInteger delta(
            LocalChain chain, ChainFacts facts, Address account, BigInteger before) {
        return chain.balance(account).value().subtract(before).add(facts.gasPaidBy(account));
    }

    private void abandon() {
        net.close();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook runs anyway.
            return;
        }
        net.close();
    }
}
