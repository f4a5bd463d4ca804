package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.PeerArgument;
import io.evenhand.cli.command.StoredExchange;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.metered.ChannelTerms;
import io.evenhand.node.metered.MeteredRoles;
import io.evenhand.node.metered.RequesterAgent;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.Terms;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A requester's channels that an earlier process began: they go on, or are given up.
record OpenChannels(Shell shell, KeyOptions keys) {
    /// Before another node is asked (spec-metered I).
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final Duration SILENCE_LOCAL = Duration.ofSeconds(3);

    /// A node that is there answers a wish to close at once.
    private static final Duration ANSWER = Duration.ofSeconds(60);

    static RequesterAgent agent(Shell shell, KeyOptions keys, PartyHooks hooks, Screen screen)
            throws IOException {
        return RequesterAgent.start(
                shell.home().directory(),
                keys.load(shell.home()),
                Chains.metered(shell.home()),
                hooks.clock(MeteredRoles.REQUESTER),
                screen,
                screen,
                hooks.around(MeteredRoles.REQUESTER, shell));
    }

    /// How long a node may not be reached before it is left.
    static Duration silence(Shell shell) {
        return switch (shell.home().config().chainOrExplain().pace()) {
            case ETHEREUM -> SILENCE;
            case LOCAL -> SILENCE_LOCAL;
        };
    }

    /// Sees them through, one after the other.
    int resume(PartyHooks hooks, List<Bytes32> open) throws IOException, InterruptedException {
        String goOn = "evenhand resume --home " + shell.home();
        Fatal.wayOut(goOn);
        Screen screen = MeteredProtocol.screen(shell, open.size() > 1);
        int worst = ExitCode.OK.code();
        try (StopAtRound stop = new StopAtRound(shell, goOn);
                RequesterAgent agent = agent(shell, keys, hooks, screen)) {
            for (Bytes32 ref : open) {
                Computing job = new Computing(shell, screen, agent, silence(shell), stop);
                worst = Math.max(worst, job.see(ref));
            }
        }
        return worst;
    }

    /// Goes on with another node.
    int resumeAt(PartyHooks hooks, Bytes32 ref, PeerArgument node)
            throws IOException, PeerException, InterruptedException {
        String goOn = "evenhand resume --home " + shell.home();
        Fatal.wayOut(goOn);
        Screen screen = MeteredProtocol.screen(shell, false);
        try (StopAtRound stop = new StopAtRound(shell, goOn);
                RequesterAgent agent = agent(shell, keys, hooks, screen)) {
            if (node.invite().isPresent()) {
                PartyId _ = agent.join(node.invite().get());
            }
            Computing job = new Computing(shell, screen, agent, silence(shell), stop);
            return job.see(job.moveTo(ref, node.party()));
        }
    }

    /// No more rounds: the node closes, or says nothing until the timeout.
    int close(PartyHooks hooks, StoredExchange exchange) throws IOException, InterruptedException {
        PayerState state = checkOpen(exchange);
        Bytes32 ref = exchange.stored().key().ref();
        Screen screen = MeteredProtocol.screen(shell, false);
        try (RequesterAgent agent = agent(shell, keys, hooks, screen)) {
            agent.enough(ref);
            JobNote.forget(shell.home(), ref);
            Optional<Terms> terms = ChannelTerms.of(state);
            if (terms.isPresent() && !agent.askToClose(ref, ANSWER)) {
                throw new CliException(
                        ExitCode.UNREACHABLE,
                        ("the node does not answer: the deposit comes back by its close, or with"
                                        + " \"evenhand resume\" in %s")
                                .formatted(left(terms.get())));
            }
            return new Ends(shell, screen, agent).over(ref);
        }
    }

    /// Before the deposit a channel just ends; after it the deposit comes back at the timeout.
    int refund(StoredExchange exchange, boolean patient) throws IOException, InterruptedException {
        PayerState state = checkOpen(exchange);
        Bytes32 ref = exchange.stored().key().ref();
        Optional<Terms> terms = ChannelTerms.of(state);
        if (terms.isPresent()
                && !patient
                && Instant.now().getEpochSecond() < terms.get().timeout()) {
            throw new CliException(
                    ExitCode.FAILED,
                    ("the deposit can be taken back in %s: run it again, or wait with --wait; or ask"
                                    + " the node to close now: evenhand close %s")
                            .formatted(left(terms.get()), Ends.brief(ref)));
        }
        Screen screen = MeteredProtocol.screen(shell, false);
        try (RequesterAgent agent = agent(shell, keys, PartyHooks.NONE, screen)) {
            agent.enough(ref);
            JobNote.forget(shell.home(), ref);
            return new Ends(shell, screen, agent).over(ref);
        }
    }

    private static String left(Terms terms) {
        return Units.show(Duration.ofSeconds(terms.timeout() - Instant.now().getEpochSecond()));
    }

    private static PayerState checkOpen(StoredExchange exchange) {
        if (!exchange.stored().key().role().equals(MeteredRoles.REQUESTER)) {
            throw CliException.usage("here this channel is the node's: it takes what it earned");
        }
        if (exchange.stored().ended()) {
            throw new CliException(
                    ExitCode.FAILED, "the channel is over: " + exchange.summary().detail());
        }
        return new StateCodec<>(PayerState.class).decode(exchange.stored().state());
    }
}
