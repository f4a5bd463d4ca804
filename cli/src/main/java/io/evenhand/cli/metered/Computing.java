package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Story;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.metered.ComputeOutcome;
import io.evenhand.node.metered.RequesterAgent;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.Terms;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Sees a job through: opens its channel, runs its rounds, moves on to the next node if one does
/// not answer, writes what came of it, and waits for the money.
final class Computing {
    /// A node that is there answers a proposal at once.
    private static final long ANSWER_SECONDS = 60;

    private final Shell shell;
    private final Screen screen;
    private final RequesterAgent agent;
    private final Duration silence;
    private final StopAtRound stop;
    private final Ends ends;
    private final List<Leg> legs = new ArrayList<>();

    /// What one channel did of a job.
    ///
    /// @param node who computed
    record Leg(Bytes32 channel, Optional<PartyId> node, ComputeOutcome outcome) {}

    /// @param silence how long a node may not be reached before it is left
    Computing(
            Shell shell, Screen screen, RequesterAgent agent, Duration silence, StopAtRound stop) {
        this.shell = shell;
        this.screen = screen;
        this.agent = agent;
        this.silence = silence;
        this.stop = stop;
        this.ends = new Ends(shell, screen, agent);
    }

    /// Sees one channel through, and those that follow it.
    ///
    /// @return the exit code
    int see(Bytes32 first) throws IOException, InterruptedException {
        long started = System.nanoTime();
        Bytes32 ref = first;
        while (true) {
            Optional<JobNote> known = JobNote.read(shell.home(), ref);
            boolean wanted =
                    known.filter(note -> note.stage() == JobNote.Stage.OPEN).isPresent()
                            && !isOver(ref);
            if (!wanted) {
                return ends.late(ref, known);
            }
            JobNote note = known.orElseThrow();
            Leg leg = leg(ref, note);
            legs.add(leg);
            Optional<PartyId> next = note.others().stream().findFirst();
            switch (leg.outcome().kind()) {
                case DONE -> {
                    return ends.done(ref, note, legs, started);
                }
                case STOPPED -> {
                    return ends.stopped(ref, note, legs);
                }
                case FAULT -> {
                    return ends.fault(ref, note, legs);
                }
                case SILENT, LEFT -> {
                    if (next.isEmpty()) {
                        return ends.left(ref, note, legs);
                    }
                    ref = moveOn(ref, note, next.get(), leg.outcome().why());
                }
            }
        }
    }

    /// The user has ended it, or it ended.
    private boolean isOver(Bytes32 ref) {
        return switch (agent.state(ref).orElseThrow()) {
            case PayerState.Open open -> open.enough();
            case PayerState.Refunding _, PayerState.Final _ -> true;
            case PayerState.Planned _, PayerState.Proposed _, PayerState.Opening _ -> false;
        };
    }

    private Leg leg(Bytes32 ref, JobNote note) throws IOException, InterruptedException {
        PayerState state = opened(ref);
        Optional<PartyId> node = agent.terms(ref).map(Terms::node);
        if (!(state instanceof PayerState.Open)) {
            String why =
                    state instanceof PayerState.Aborted(var fault)
                            ? fault.line()
                            : "the channel was over before a round ran";
            RequesterAgent.Standing at = agent.standing(ref);
            return new Leg(
                    ref,
                    node,
                    new ComputeOutcome(
                            ComputeOutcome.Kind.LEFT, why, at.state(), at.done(), 0, at.paid()));
        }
        Bar bar = new Bar(shell, screen, ref, note);
        try (RequesterAgent.Job job = agent.job(ref, bar, silence)) {
            bar.begins(job.done());
            stop.runs(job);
            return new Leg(ref, node, job.run());
        } finally {
            stop.rest();
        }
    }

    /// Waits until the deposit is final, or there will be none.
    private PayerState opened(Bytes32 ref) throws InterruptedException {
        CompletableFuture<PayerState> opened = agent.opened(ref);
        try {
            return opened.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            PayerState state = agent.state(ref).orElseThrow();
            if (state instanceof PayerState.Proposed || state instanceof PayerState.Planned) {
                // Nothing is signed yet.
                agent.enough(ref);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return Ends.get(opened);
    }

    /// Goes on with another node from the last state that is here, on a channel of its own.
    Bytes32 moveOn(Bytes32 ref, JobNote note, PartyId node, String why) throws IOException {
        RequesterAgent.Standing at = agent.standing(ref);
        List<PartyId> left = note.others().stream().filter(other -> !other.equals(node)).toList();
        JobNote next = note.after(ref, at.done(), left);
        long cycles = note.wanted().cycles() - next.doneBefore();
        Bytes32 moved =
                agent.propose(
                        note.wanted().of(node, at.module(), at.state(), cycles, agent.chainTime()),
                        begun -> {
                            next.write(shell.home(), begun);
                            note.with(JobNote.Stage.MOVED).write(shell.home(), ref);
                        });
        agent.enough(ref);
        ends.moved(ref, moved, node, next.doneBefore(), why);
        return moved;
    }

    /// The same with a node that the user names now.
    Bytes32 moveTo(Bytes32 ref, PartyId node) throws IOException {
        JobNote note =
                JobNote.read(shell.home(), ref)
                        .orElseThrow(() ->
                                new CliException(
                                        ExitCode.FAILED,
                                        "this channel's job is over: there is nothing to go on"
                                                + " with"));
        if (note.stage() == JobNote.Stage.DONE) {
            throw new CliException(
                    ExitCode.FAILED, "this job is done: \"evenhand resume\" writes its results");
        }
        return moveOn(ref, note, node, "you named another node");
    }

    /// Where a channel stands, for people.
    static Story.Step step(String count, String text, long until) {
        return new Story.Step(count, text, OptionalLong.of(until));
    }

    static Wei back(Wei deposit, Wei paid) {
        return new Wei(deposit.value().subtract(paid.value().min(deposit.value())));
    }
}
