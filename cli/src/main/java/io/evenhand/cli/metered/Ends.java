package io.evenhand.cli.metered;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Moments;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.metered.RequesterAgent;
import io.evenhand.protocols.metered.channel.PayerState;
import io.evenhand.protocols.metered.message.ChannelMessages;
import io.evenhand.protocols.metered.message.Terms;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// How a job ends: what is written, said, paid and returned.
record Ends(Shell shell, Screen screen, RequesterAgent agent) {
    /// A node that is there answers a wish to close at once.
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final int BRIEF = 8;

    static String brief(Bytes32 ref) {
        return ref.toString().substring(0, BRIEF);
    }

    static PayerState get(CompletableFuture<PayerState> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    static String goOn(Shell shell, Bytes32 ref) {
        return "evenhand resume " + brief(ref) + " --home " + shell.home();
    }

    /// All cycles are done: the results are written at once, whatever becomes of the money.
    int done(Bytes32 ref, JobNote note, List<Computing.Leg> legs, long started)
            throws IOException, InterruptedException {
        agent.enough(ref);
        note.with(JobNote.Stage.DONE).write(shell.home(), ref);
        results(ref, note);
        // Its last word may not have left before the stream ended.
        boolean _ = agent.askToClose(ref, ANSWER);
        Wei paid = legs.getLast().outcome().paid();
        PayerState end = money(ref);
        screen.over();
        Map<String, Object> fields = fields("settled", note, legs);
        fields.put("stateSha256", sha256(legs));
        fields.put("seconds", Math.round((System.nanoTime() - started) / 1e8) / 10.0);
        String back = back(fields, ref, end, paid);
        shell.output()
                .summary(
                        fields,
                        "done: %,d cycles for %s%s%s%s"
                                .formatted(
                                        note.doneBefore() + legs.getLast().outcome().done(),
                                        sum(legs),
                                        files(fields, note),
                                        back,
                                        behind(legs)));
        return ExitCode.OK.code();
    }

    private void results(Bytes32 ref, JobNote note) throws IOException, InterruptedException {
        new Results(shell.home(), agent).write(ref, note);
        JobNote.forget(shell.home(), ref);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", ref.toString());
        String where = files(fields, note);
        shell.output()
                .event(
                        "results",
                        fields,
                        where.isEmpty() ? "the cycles are done" : "the cycles are done" + where);
    }

    private static String files(Map<String, Object> fields, JobNote note) {
        List<String> texts = new ArrayList<>();
        if (!note.output().isEmpty()) {
            fields.put("output", note.output());
            texts.add(note.output() + " has the output");
        }
        if (!note.finalState().isEmpty()) {
            fields.put("finalState", note.finalState());
            texts.add(note.finalState() + " has the last state");
        }
        return texts.isEmpty() ? "" : "; " + String.join(", ", texts);
    }

    /// Waits until a close or the timeout gives back what was not paid.
    private PayerState money(Bytes32 ref) throws InterruptedException {
        agent.terms(ref)
                .ifPresent(terms ->
                        screen.stands(
                                Computing.step(
                                        "4/4",
                                        "the node closes, and what is not paid comes back",
                                        terms.timeout())));
        return get(agent.end(ref));
    }

    private String back(Map<String, Object> fields, Bytes32 ref, PayerState end, Wei paid) {
        Wei deposit = agent.terms(ref).map(Terms::deposit).orElse(Wei.ZERO);
        fields.put("deposit", deposit);
        Wei back =
                switch (end) {
                    case PayerState.Closed _ -> Computing.back(deposit, paid);
                    case PayerState.Refunded _ -> deposit;
                    case PayerState.Aborted _,
                            PayerState.Planned _,
                            PayerState.Proposed _,
                            PayerState.Opening _,
                            PayerState.Open _,
                            PayerState.Refunding _ ->
                            Wei.ZERO;
                };
        fields.put("back", back);
        return "; of the deposit %s at least came back".formatted(back);
    }

    /// Channels that wait for their timeout, since their nodes did not answer.
    private String behind(List<Computing.Leg> legs) {
        StringBuilder text = new StringBuilder();
        for (Computing.Leg leg : legs.subList(0, legs.size() - 1)) {
            agent.state(leg.channel())
                    .filter(state -> state instanceof PayerState.Open)
                    .flatMap(_ -> agent.terms(leg.channel()))
                    .ifPresent(terms ->
                            text.append(
                                    "%nthe deposit of %s comes back by its node's close, or with \"%s\" from %s on"
                                            .formatted(
                                                    brief(leg.channel()),
                                                    goOn(shell, leg.channel()),
                                                    Moments.shown(terms.timeout()))));
        }
        return text.toString();
    }

    int stopped(Bytes32 ref, JobNote note, List<Computing.Leg> legs) {
        screen.over();
        shell.output()
                .summary(
                        fields("stopped", note, legs),
                        ("stopped at cycle %,d of %,d, %s paid; its state is kept. Go on with: %s%n"
                                        + "or have the node close: evenhand close %s --home %s")
                                .formatted(
                                        note.doneBefore() + legs.getLast().outcome().done(),
                                        note.wanted().cycles(),
                                        sum(legs),
                                        goOn(shell, ref),
                                        brief(ref),
                                        shell.home()));
        return ExitCode.FAILED.code();
    }

    /// Every machine would come to the same end: no other node is asked.
    int fault(Bytes32 ref, JobNote note, List<Computing.Leg> legs)
            throws IOException, InterruptedException {
        agent.enough(ref);
        JobNote.forget(shell.home(), ref);
        boolean _ = agent.askToClose(ref, ANSWER);
        PayerState end = money(ref);
        screen.over();
        Map<String, Object> fields = fields("fault", note, legs);
        String why = legs.getLast().outcome().why();
        fields.put("reason", why);
        String back = back(fields, ref, end, legs.getLast().outcome().paid());
        shell.output()
                .summary(
                        fields,
                        "the program failed at cycle %,d, %s paid: %s%s"
                                .formatted(
                                        note.doneBefore() + legs.getLast().outcome().done(),
                                        sum(legs),
                                        why,
                                        back));
        return ExitCode.FAILED.code();
    }

    int left(Bytes32 ref, JobNote note, List<Computing.Leg> legs) {
        screen.over();
        Map<String, Object> fields = fields("left", note, legs);
        String why = legs.getLast().outcome().why();
        fields.put("reason", why);
        boolean open = agent.state(ref).filter(PayerState.Open.class::isInstance).isPresent();
        String way = open ? "go on with the same node: %s%n".formatted(goOn(shell, ref)) : "";
        shell.output()
                .summary(
                        fields,
                        "%s: at cycle %,d of %,d, %s paid%n%swith another: %s --node @INVITE"
                                .formatted(
                                        why,
                                        note.doneBefore() + legs.getLast().outcome().done(),
                                        note.wanted().cycles(),
                                        sum(legs),
                                        way,
                                        goOn(shell, ref)));
        return ExitCode.UNREACHABLE.code();
    }

    void moved(Bytes32 from, Bytes32 to, PartyId node, long done, String why) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", from.toString());
        fields.put("next", to.toString());
        fields.put("node", node.toString());
        fields.put("done", done);
        fields.put("reason", why);
        shell.output()
                .event(
                        "moved",
                        fields,
                        "%s; on from cycle %,d with node %s, on a channel of its own (%s)"
                                .formatted(
                                        why, done, node.toString().substring(0, BRIEF), brief(to)));
    }

    /// No round is wanted of a channel any more: what waits is a file or money.
    int late(Bytes32 ref, Optional<JobNote> note) throws IOException, InterruptedException {
        if (note.filter(it -> it.stage() == JobNote.Stage.DONE).isPresent()) {
            results(ref, note.get());
        }
        // It may have been away, and does not know yet.
        boolean _ =
                agent.state(ref).filter(PayerState.Open.class::isInstance).isPresent()
                        && agent.askToClose(ref, ANSWER);
        return over(ref);
    }

    /// Waits for the end of a channel, and says what came back.
    int over(Bytes32 ref) throws IOException, InterruptedException {
        Wei paid = agent.terms(ref).isPresent() ? agent.standing(ref).paid() : Wei.ZERO;
        PayerState end = money(ref);
        screen.over();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", ChannelMessages.PROTOCOL);
        fields.put("exchange", ref.toString());
        boolean good = !(end instanceof PayerState.Aborted);
        fields.put("outcome", outcome(end));
        fields.put("paid", end instanceof PayerState.Closed ? paid : Wei.ZERO);
        String back = good ? back(fields, ref, end, paid) : "";
        shell.output()
                .summary(
                        fields,
                        "channel %s is over, %s at most paid%s"
                                .formatted(brief(ref), fields.get("paid"), back));
        return ExitCode.OK.code();
    }

    private static String outcome(PayerState end) {
        return switch (end) {
            case PayerState.Closed _ -> "settled";
            case PayerState.Refunded _ -> "refunded";
            case PayerState.Aborted _ -> "aborted";
            case PayerState.Planned _,
                    PayerState.Proposed _,
                    PayerState.Opening _,
                    PayerState.Open _,
                    PayerState.Refunding _ ->
                    throw new IllegalStateException("not over: " + end);
        };
    }

    private static Map<String, Object> fields(
            String outcome, JobNote note, List<Computing.Leg> legs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", ChannelMessages.PROTOCOL);
        fields.put("exchange", legs.getLast().channel().toString());
        fields.put("outcome", outcome);
        fields.put("cycles", note.doneBefore() + legs.getLast().outcome().done());
        fields.put("rounds", legs.stream().mapToInt(leg -> leg.outcome().rounds()).sum());
        fields.put("paid", sum(legs));
        fields.put("channels", legs.stream().map(Ends::leg).toList());
        return fields;
    }

    private static Map<String, Object> leg(Computing.Leg leg) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", leg.channel().toString());
        leg.node().ifPresent(node -> fields.put("node", node.toString()));
        fields.put("cycles", leg.outcome().done());
        fields.put("rounds", leg.outcome().rounds());
        fields.put("paid", leg.outcome().paid());
        return fields;
    }

    private static Wei sum(List<Computing.Leg> legs) {
        Wei sum = Wei.ZERO;
        for (Computing.Leg leg : legs) {
            sum = sum.plus(leg.outcome().paid());
        }
        return sum;
    }

    private static String sha256(List<Computing.Leg> legs) {
        return Bytes32.of(Hashes.sha256(legs.getLast().outcome().state().toByteArray())).toString();
    }
}
