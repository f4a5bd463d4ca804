package io.evenhand.demo.delegation;

import io.evenhand.cli.Output;
import io.evenhand.cli.command.DealFields;
import io.evenhand.demo.command.DemoResult;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.judge.ChainFacts;
import io.evenhand.demo.delegation.judge.Ruling;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.DemoScreen;
import io.evenhand.demo.stage.DemoSetup;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The end of the demo: what everybody has now, and why.
final class DemoReport {
    private static final int SPARE = 5;

    private final Output output;
    private final DemoScreen screen;
    private final Path folder;
    private final Optional<CheatDescription> cheat;

    DemoReport(Output output, DemoScreen screen, Path folder, Optional<CheatDescription> cheat) {
        this.output = output;
        this.screen = screen;
        this.folder = folder;
        this.cheat = cheat;
    }

    DemoResult of(
            Outcome outcome,
            Ruling ruling,
            ChainFacts facts,
            List<String> attempted,
            List<String> stopped)
            throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", "delegation");
        fields.put("outcome", outcome.text());
        fields.put("wage", DelegationNet.WAGE);
        fields.put("customerDelta", change(ruling.customerDelta()));
        fields.put("providerDelta", change(ruling.providerDelta()));
        Map<String, Object> gas = new LinkedHashMap<>();
        facts.gasUsed()
                .forEach((call, used) -> gas.put(call.name().toLowerCase(Locale.ROOT), used));
        fields.put("gas", gas);
        Path labels = folder.resolve("labels.csv");
        boolean delivered = Files.exists(labels);
        ruling.accuracy().ifPresent(accuracy -> fields.put("accuracy", accuracy));
        fields.put("workBytes", delivered ? Files.size(labels) : 0L);
        if (delivered) {
            fields.put("workSha256", sha256(labels));
        }
        fields.put("seconds", Math.round(screen.seconds() * 10) / 10.0);
        fields.put("customerOpens", ruling.customerOpens());
        fields.put("policyPasses", ruling.policyPasses());
        fields.put("outsiderOpens", ruling.outsiderOpens());
        fields.put("assumption", "the stamper (profile software) follows its program");
        Optional<String> failure =
                cheat.flatMap(description -> failure(description, outcome, attempted, stopped));
        cheat.ifPresent(description -> {
            fields.put("cheat", description.title());
            fields.put("cheater", description.cheater());
            fields.put("stoppedBy", description.stoppedBy());
            fields.put("attempted", attempted);
            fields.put("stopped", stopped);
        });
        failure.ifPresent(why -> fields.put("failure", why));
        List<String> bundles = bundles();
        fields.put("bundles", bundles);
        fields.put("folder", folder.toString());
        fields.put("fair", ruling.fair());
        screen.end();
        StringBuilder text = text(outcome, ruling, facts, delivered, bundles);
        cheat.ifPresent(description -> {
            attempted.forEach(what -> line(text, "attempted", what));
            stopped.stream().limit(1).forEach(what -> line(text, "seen", what));
            line(text, "stopped by", description.stoppedBy() + ".");
        });
        failure.ifPresent(why -> line(text, "FAILED", why));
        if (cheat.isEmpty()) {
            line(text, "next", next());
        }
        return new DemoResult(
                outcome.text(), ruling.fair(), stopped, failure, fields, text.toString());
    }

    /// What somebody who saw this may want to see now.
    private static String next() {
        return "let somebody cheat with \"evenhand demo --cheat "
                + new DelegationDemo().cheats().getFirst().title()
                + "\" (--list-cheats has them all), or play each part yourself:"
                + " docs/tutorial/first-exchange.md";
    }

    /// A cheat that never happened, or that nobody noticed, shows nothing.
    private static Optional<String> failure(
            CheatDescription description,
            Outcome outcome,
            List<String> attempted,
            List<String> stopped) {
        if (attempted.isEmpty()) {
            return Optional.of("the cheat never happened");
        }
        if (stopped.isEmpty()) {
            return Optional.of("nothing that was seen shows that the cheat was stopped");
        }
        if (!description.ends().contains(outcome)) {
            return Optional.of("the exchange must not end as " + outcome.text());
        }
        return Optional.empty();
    }

    private StringBuilder text(
            Outcome outcome,
            Ruling ruling,
            ChainFacts facts,
            boolean delivered,
            List<String> bundles) {
        StringBuilder text = new StringBuilder("\noutcome      ");
        text.append(outcome.text()).append('\n');
        line(text, "customer", change(ruling.customerDelta()) + " (gas excluded)");
        line(text, "provider", change(ruling.providerDelta()) + " (gas excluded)");
        facts.gasUsed()
                .forEach((call, gas) ->
                        line(text, "gas", call.name().toLowerCase(Locale.ROOT) + " " + gas));
        if (delivered) {
            line(text, "work", folder.resolve("labels.csv").toString());
        }
        ruling.accuracy().ifPresent(a -> line(text, "accuracy", a + " on the hidden rows"));
        bundles.forEach(bundle -> line(text, "bundle", bundle));
        line(
                text,
                "opens",
                "customer "
                        + yes(ruling.customerOpens())
                        + ", outsider "
                        + yes(ruling.outsiderOpens())
                        + " (whether what each holds in the end opens the sealed work; an outsider"
                        + " sees all of the chain)");
        line(
                text,
                "fair",
                yes(ruling.fair())
                        + ", provided the stamper (profile software) follows its program");
        line(
                text,
                "",
                "(fair: the customer has passing work and the provider the wage, or no honest party"
                        + " has lost anything but its effort and gas)");
        return text;
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("%-12s %s%n".formatted(name, value));
    }

    private static String yes(boolean value) {
        return value ? "yes" : "no";
    }

    private static String change(BigInteger delta) {
        return (delta.signum() > 0 ? "+" : delta.signum() < 0 ? "-" : "") + new Wei(delta.abs());
    }

    private List<String> bundles() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            // Each party's own; the customer's also lies beside its work.
            return files.filter(file -> file.toString().endsWith(".asice"))
                    .filter(file -> file.resolveSibling("").endsWith("bundles"))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }

    private static String sha256(Path file) throws IOException {
        return HexFormat.of().formatHex(Hashes.sha256(Files.readAllBytes(file)));
    }

    /// Endpoint, contract and every field of the deal, so that a foreign client can talk to the
    /// same contract.
    void explain(DemoSetup setup, ChainFacts facts, Timing timing) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("http", setup.chain().httpUrl());
        fields.put("ws", setup.chain().wsUrl());
        fields.put("chainId", setup.rail().chainId());
        fields.put("contract", setup.rail().contract().toString());
        fields.put("codeHash", "0x" + setup.rail().codeHash());
        fields.put("customer", DelegationNet.customerWallet().address().toString());
        fields.put("provider", DelegationNet.providerWallet().address().toString());
        fields.put("revealMarginSeconds", timing.revealMargin());
        deal().ifPresent(deal -> {
            fields.put("deal", DealFields.of(setup.rail(), deal));
        });
        List<Map<String, String>> calls =
                facts.calls().stream()
                        .map(made ->
                                Map.of(
                                        "call",
                                        made.call().name().toLowerCase(Locale.ROOT),
                                        "hash",
                                        "0x" + made.transaction()))
                        .toList();
        fields.put("transactions", calls);
        // An account of the local chain, whose keys are public knowledge, for a foreign client to
        // play with.
        fields.put("spareAccount", LocalChain.wallet(SPARE).address().toString());
        fields.put("spareKey", Hex.format(LocalChain.key(SPARE).expose()));
        StringBuilder text = new StringBuilder("\nEverything is still running; Ctrl-C stops it.\n");
        fields.forEach((name, value) -> line(text, name, String.valueOf(value)));
        output.event("kept", fields, text.toString());
    }

    private Optional<Deal> deal() {
        try (Store store = Store.openForReading(folder.resolve("customer"))) {
            return store.sessions().all().stream()
                    .flatMap(row ->
                            Documents.find(
                                    store.documents(),
                                    row.key(),
                                    Documents.sent(Message.Funded.class, 0),
                                    Message.class,
                                    Message.Funded.class)
                                    .stream())
                    .map(Message.Funded::deal)
                    .findFirst();
        }
    }
}
