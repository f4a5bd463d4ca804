package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.PeerArgument;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.metered.RequesterAgent;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Terms;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand run`: has a program run by a node, and pays for it round by round.
@Command(
        name = "run",
        description = {
            "Have a node run a program, and pay round by round for what is here.",
            "Ctrl-C stops it at a round and keeps its state; \"evenhand resume\" goes on."
        },
        footer = {
            "",
            "Example:",
            "  evenhand run life.wasm --input gun.rle --cycles 1000 --round 10 \\",
            "      --rate \"100 gwei\" --node @node.invite --final-state after.rle"
        })
final class RunCommand implements Callable<Integer> {
    private static final int MAX_NODES = JobNote.MAX_OTHERS;

    private final Shell shell;
    private final PartyHooks hooks;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Parameters(paramLabel = "PROGRAM.WASM", description = "Run this program.")
    private Path file = Path.of("");

    @Option(names = "--state", paramLabel = "FILE", description = "Begin with this state.")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Begin with the state that the program makes of this file.")
    private Optional<Path> input = Optional.empty();

    @Option(
            names = "--cycles",
            paramLabel = "N",
            required = true,
            description = "Have so many cycles done.")
    private long cycles;

    @Option(
            names = "--round",
            paramLabel = "C",
            required = true,
            description = "Pay after every so many cycles.")
    private long round;

    @Option(
            names = "--rate",
            paramLabel = "AMOUNT",
            required = true,
            description =
                    "Pay this for a cycle at most; what a round and a start cost at most follows from"
                            + " it, and is said before anything is signed.")
    private Wei rate = Wei.ZERO;

    @Option(
            names = "--node",
            paramLabel = "@FILE",
            required = true,
            description =
                    "Ask this node: a file with its invite, or - for a line of standard input; or its"
                            + " identity once the invite was used. Given again, the next one goes"
                            + " on if one does not answer, on a channel of its own.")
    private List<String> nodes = List.of();

    @Option(
            names = "--deposit",
            paramLabel = "AMOUNT",
            description = "Lock this much (default: enough for all cycles).")
    private Optional<Wei> deposit = Optional.empty();

    @Option(
            names = "--window",
            paramLabel = "W",
            defaultValue = "8",
            description = "Have so many rounds signed and not yet open (default ${DEFAULT-VALUE}).")
    private int window = 8;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "24h",
            description =
                    "Take the deposit back after this long at a node that vanished (default"
                            + " ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the outputs of all rounds there, one after the other.")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--final-state",
            paramLabel = "FILE",
            description =
                    "Write the last state there; after --input as the program makes a file of it.")
    private Optional<Path> finalState = Optional.empty();

    /// @param hooks what is put around the party
    RunCommand(Shell shell, PartyHooks hooks) {
        this.shell = shell;
        this.hooks = hooks;
    }

    @Override
    public Integer call() throws IOException, PeerException, InterruptedException {
        checkOptions();
        List<PeerArgument> servers = servers();
        ProgramFile program = ProgramFile.read(file);
        Octets begin = program.state(state, input);
        Trial trial = Trial.of(program, begin, round);
        Prices most = Offer.most(trial.limits(), rate);
        String goOn = "evenhand resume --home " + shell.home();
        Fatal.wayOut(goOn);
        Screen screen = MeteredProtocol.screen(shell, false);
        try (StopAtRound stop = new StopAtRound(shell, goOn);
                RequesterAgent agent = OpenChannels.agent(shell, keys, hooks, screen)) {
            agent.checkChain();
            Offer offer = offer(agent, program, trial, most);
            offer.say(shell.output());
            List<PartyId> parties = new ArrayList<>();
            for (PeerArgument server : servers) {
                if (server.invite().isPresent()) {
                    PartyId _ = agent.join(server.invite().get());
                }
                parties.add(server.party());
            }
            JobNote note = note(program, trial, offer, parties);
            Bytes32 ref =
                    agent.propose(
                            note.wanted()
                                    .of(
                                            parties.getFirst(),
                                            program.module(),
                                            begin,
                                            cycles,
                                            agent.chainTime()),
                            begun -> note.write(shell.home(), begun));
            return new Computing(shell, screen, agent, OpenChannels.silence(shell), stop).see(ref);
        }
    }

    private void checkOptions() {
        if (cycles < 1 || round < 1) {
            throw CliException.usage("--cycles and --round are 1 at least");
        }
        if (round > cycles) {
            throw CliException.usage("--round is more than --cycles");
        }
        if (window < 1 || window > Terms.MAX_WINDOW) {
            throw CliException.usage("--window is 1 to " + Terms.MAX_WINDOW + ", not " + window);
        }
        if (rate.equals(Wei.ZERO)) {
            throw CliException.usage("--rate is above 0: nobody computes for nothing");
        }
        if (nodes.size() > MAX_NODES) {
            throw CliException.usage("--node is given " + MAX_NODES + " times at most");
        }
        output.ifPresent(path -> Results.checkNew("--output", path));
        finalState.ifPresent(path -> Results.checkNew("--final-state", path));
    }

    private List<PeerArgument> servers() throws IOException {
        List<PeerArgument> servers = new ArrayList<>();
        for (String node : nodes) {
            PeerArgument server = PeerArgument.read(shell, "--node", node, MeteredRoles.SERVICE);
            if (servers.stream().anyMatch(other -> other.party().equals(server.party()))) {
                throw CliException.usage("--node: twice the same node");
            }
            servers.add(server);
        }
        return servers;
    }

    private Offer offer(RequesterAgent agent, ProgramFile program, Trial trial, Prices most) {
        Wei all = Offer.all(most, cycles, round);
        Wei close = agent.dearestClose();
        Wei locked = deposit.orElseGet(() -> Offer.deposit(most, all, close, window, round));
        return new Offer(
                program,
                trial,
                cycles,
                round,
                window,
                most,
                all,
                locked,
                close,
                agent.chainTime() + timeout.toSeconds());
    }

    private JobNote note(ProgramFile program, Trial trial, Offer offer, List<PartyId> parties) {
        return new JobNote(
                program.name(),
                new JobNote.Wanted(
                        trial.limits(),
                        offer.prices(),
                        cycles,
                        round,
                        offer.deposit(),
                        window,
                        timeout.toSeconds()),
                absolute(output),
                absolute(finalState),
                input.isPresent(),
                Optional.empty(),
                0,
                parties.subList(1, parties.size()),
                JobNote.Stage.OPEN);
    }

    private static String absolute(Optional<Path> path) {
        return path.map(it -> it.toAbsolutePath().toString()).orElse("");
    }
}
