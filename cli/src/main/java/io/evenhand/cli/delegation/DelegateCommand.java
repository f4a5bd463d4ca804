package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.InputFile;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.PeerArgument;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.customer.DelegationRequest;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.store.Role;
import io.evenhand.node.transport.PeerException;
import io.evenhand.programs.policy.PolicyFile;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenhand delegate`: one exchange from the offer to the opened work.
@Command(
        name = "delegate",
        description = {
            "Have a provider do a task for a wage, and pay only for work that passes the policy.",
            "If this process ends early, \"evenhand resume\" sees the exchange through."
        },
        footer = {
            "",
            "Example:",
            "  evenhand delegate --provider @provider.invite --stamper @stamper.invite \\",
            "      --input input.csv --policy policy.yaml --wage \"0.01 eth\" --deadline 2h \\",
            "      --output labels.csv",
            "",
            "The policy file:",
            "  policy: accuracy",
            "  atLeast: 0.95",
            "  hidden: hidden.csv"
        })
final class DelegateCommand implements Callable<Integer> {
    /// As many as a provider's service file may allow.
    private static final int MAX_ATTEMPTS = 1_000;

    /// D6: each attempt tells the provider a bit of the hidden data, so it is not the provider who
    /// says how many there are.
    private static final int USUAL_ATTEMPTS = 10;

    private static final Duration RETENTION = Duration.ofDays(7);

    private final Shell shell;
    private final PartyHooks hooks;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Option(
            names = "--provider",
            paramLabel = "@FILE",
            required = true,
            description =
                    "Ask this provider: a file with its invite, or - for a line of standard input; or"
                            + " its identity once the invite was used.")
    private String provider = "";

    @Option(
            names = "--stamper",
            paramLabel = "@FILE",
            description =
                    "Have this stamper check the work, named like the provider (default: the one that"
                            + " the provider takes).")
    private Optional<String> stamper = Optional.empty();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            required = true,
            description = "Give the provider this file to work on.")
    private Path input = Path.of("");

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            required = true,
            description = "Pay only for work that satisfies this file, written as below.")
    private Path policy = Path.of("");

    @Option(
            names = "--wage",
            paramLabel = "AMOUNT",
            required = true,
            description = "Pay this for the work; an amount has its unit: \"0.01 eth\".")
    private Wei wage = Wei.ZERO;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            required = true,
            description = "Give the provider this long for the work: 90s, 30m, 2h, 3d.")
    private Duration deadline = Duration.ZERO;

    @Option(
            names = "--fund-time",
            paramLabel = "TIME",
            description =
                    "Let the wage be deposited for this long after the deadline (default: as the"
                            + " chain's margins need).")
    private Optional<Duration> fundTime = Optional.empty();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            required = true,
            description = "Write the work to this file; its evidence goes to FILE.asice.")
    private Path output = Path.of("");

    @Option(
            names = "--attempts",
            paramLabel = "N",
            description =
                    "Let the provider try this often to pass the policy (default: as it offers, 10"
                            + " at most).")
    private Optional<Integer> attempts = Optional.empty();

    @Option(
            names = "--max-work",
            paramLabel = "SIZE",
            description = "Take no work larger than this, as in 100MiB (default: as it offers).")
    private Optional<String> maxWork = Optional.empty();

    /// @param hooks what is put around the party
    DelegateCommand(Shell shell, PartyHooks hooks) {
        this.shell = shell;
        this.hooks = hooks;
    }

    @Override
    public Integer call() throws IOException, PeerException, InterruptedException {
        ChainConfig chain = Chains.configured(shell.home());
        PolicyFile policyFile = PolicyFile.read(InputFile.check("the policy", policy));
        if (policyFile.hidden().isPresent()) {
            checkHidden(policyFile.spec(), policyFile.hidden().get());
        }
        Path _ = InputFile.check("the input", input);
        PeerArgument server = peer("--provider", provider, DelegationRoles.PROVIDER);
        Optional<PeerArgument> chosen = Optional.empty();
        if (stamper.isPresent()) {
            chosen = Optional.of(peer("--stamper", stamper.get(), DelegationRoles.STAMPER));
        }
        checkOptions();
        Outcomes.checkWritable(output);
        Fatal.wayOut(Outcomes.goOn(shell));
        Screen screen = DelegationProtocol.screen(shell, false);
        try (CustomerAgent agent =
                CustomerAgent.start(
                        shell.home().directory(),
                        keys.load(shell.home()),
                        chain,
                        hooks.clock(DelegationRoles.CUSTOMER),
                        screen,
                        screen,
                        hooks.around(DelegationRoles.CUSTOMER, shell))) {
            Deliveries deliveries = Deliveries.start(shell, agent);
            Optional<Bytes32> other = deliveries.goingTo(output);
            if (other.isPresent()) {
                throw new CliException(
                        ExitCode.STORAGE,
                        ("the work of %s, which is not over, or its evidence goes to %s: \"%s\""
                                        + " goes on with that one; for another, choose another"
                                        + " --output")
                                .formatted(
                                        other.get().toString().substring(0, 8),
                                        output,
                                        Outcomes.goOn(shell)));
            }
            join(agent, server);
            if (chosen.isPresent()) {
                join(agent, chosen.get());
            }
            ServiceCard card = agent.card(server.party());
            StamperRef trusted = stamperOf(card, chosen.map(PeerArgument::party));
            checkBalance(agent);
            Bytes32 ref =
                    agent.delegate(
                            request(agent, server.party(), trusted, card, policyFile),
                            begun -> deliveries.note(begun, output));
            // Only now the journal has it: who is told can go on with it.
            announce(ref, card, trusted);
            return Outcomes.await(shell, screen, agent, deliveries, ref);
        }
    }

    static void checkHidden(PolicySpec spec, Path hidden) throws IOException {
        Path file = InputFile.check("the hidden data", hidden);
        try {
            spec.validateHidden(file);
        } catch (MalformedException e) {
            throw CliException.usage(file + ": " + e.getMessage());
        }
    }

    /// What can be seen to be wrong before anybody is asked and any invite is used up.
    private void checkOptions() {
        if (wage.equals(Wei.ZERO)) {
            throw CliException.usage("--wage is above 0: nobody works for nothing");
        }
        if (attempts.filter(n -> n < 1 || n > MAX_ATTEMPTS).isPresent()) {
            throw CliException.usage(
                    "--attempts is 1 to " + MAX_ATTEMPTS + ", not " + attempts.get());
        }
        if (maxWork.filter(size -> Units.size(size) < 1).isPresent()) {
            throw CliException.usage("--max-work is 1 B at least");
        }
    }

    private PeerArgument peer(String option, String argument, Role role) throws IOException {
        return PeerArgument.read(shell, option, argument, DelegationRoles.service(role));
    }

    private static void join(CustomerAgent agent, PeerArgument peer)
            throws PeerException, InterruptedException {
        if (peer.invite().isPresent()) {
            PartyId _ = agent.join(peer.invite().get());
        }
    }

    /// A deposit that the wallet cannot pay would waste the provider's work and both sides' time.
    private void checkBalance(CustomerAgent agent) {
        Wei balance = agent.balance();
        if (balance.compareTo(wage) <= 0) {
            throw CliException.usage(
                    "the wallet "
                            + agent.payer()
                            + " holds "
                            + balance
                            + ", too little for the wage of "
                            + wage
                            + " and gas: send it more");
        }
    }

    private DelegationRequest request(
            CustomerAgent agent,
            PartyId server,
            StamperRef trusted,
            ServiceCard card,
            PolicyFile policyFile)
            throws IOException {
        String name = policyFile.spec().canonical().split("/", 2)[0];
        if (!card.policies().contains(name)) {
            throw CliException.usage(
                    "the provider takes the policies " + card.policies() + ", not " + name);
        }
        if (wage.compareTo(card.price()) < 0) {
            throw CliException.usage(
                    "the provider's price is " + card.price() + ": raise --wage from " + wage);
        }
        Stampers.warnings(trusted, server, agent.host(server).orElse(""))
                .forEach(line -> shell.output().note("evenhand: warning: " + line));
        if (wage.compareTo(card.price()) > 0) {
            shell.output()
                    .note(
                            "evenhand: the provider's price is "
                                    + card.price()
                                    + "; --wage pays "
                                    + wage
                                    + ", which is more");
        }
        if (deadline.toSeconds() < card.usualSeconds()) {
            throw CliException.usage(
                    "the service usually takes %s, by the provider's word: raise --deadline from %s"
                            .formatted(
                                    Units.show(Duration.ofSeconds(card.usualSeconds())),
                                    Units.show(deadline)));
        }
        if (attempts.filter(wanted -> wanted > card.attempts()).isPresent()) {
            throw CliException.usage(
                    "the provider tries %d times at most: lower --attempts from %d"
                            .formatted(card.attempts(), attempts.get()));
        }
        if (Files.size(input) > card.maxInputBytes()) {
            throw CliException.usage(
                    "the input has "
                            + Units.showSize(Files.size(input))
                            + ", the provider takes "
                            + Units.showSize(card.maxInputBytes()));
        }
        return new DelegationRequest(
                server,
                trusted,
                card.name(),
                input,
                policyFile.spec(),
                policyFile.hidden(),
                wage,
                deadlines(agent, card),
                attempts.orElse(Math.min(card.attempts(), USUAL_ATTEMPTS)),
                maxWork.map(Units::size).orElse(card.maxWorkBytes()));
    }

    private Deadlines deadlines(CustomerAgent agent, ServiceCard card) {
        Deadlines usual = agent.deadlines(card, deadline, RETENTION);
        if (fundTime.isEmpty()) {
            return usual;
        }
        long tFund = usual.tWork() + fundTime.get().toSeconds();
        long claimBy = tFund + usual.claimBy() - usual.tFund();
        return new Deadlines(usual.tWork(), tFund, claimBy, usual.retentionSeconds());
    }

    /// The stamper must be one that the provider lets see its work.
    private static StamperRef stamperOf(ServiceCard card, Optional<PartyId> chosen) {
        List<StamperRef> fitting =
                card.stampers().stream()
                        .filter(ref -> chosen.isEmpty() || ref.key().equals(chosen.get()))
                        .toList();
        if (fitting.isEmpty()) {
            throw CliException.usage(
                    "the provider does not accept this stamper; it accepts "
                            + card.stampers().stream().map(StamperRef::key).toList());
        }
        if (fitting.size() > 1) {
            throw CliException.usage(
                    "the provider accepts several stampers: choose with --stamper");
        }
        return fitting.getFirst();
    }

    private void announce(Bytes32 ref, ServiceCard card, StamperRef trusted) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", ref.toString());
        fields.put("service", card.name());
        fields.put("wage", wage);
        shell.output()
                .event(
                        "delegating",
                        fields,
                        "exchange "
                                + ref.toString().substring(0, 8)
                                + ": \""
                                + card.name()
                                + "\" for "
                                + wage
                                + ", checked by a stamper ("
                                + Stampers.operator(trusted)
                                + "); its profile \"software\" protects nothing against its owner");
    }
}
