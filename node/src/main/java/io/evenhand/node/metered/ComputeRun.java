package io.evenhand.node.metered;

import io.evenhand.enclave.metered.SessionSeals;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.stream.PeerStream;
import io.evenhand.node.stream.StreamEnd;
import io.evenhand.node.stream.StreamHandler;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The rounds of one open channel, on the thread that calls {@link #run}: sessions one after the
/// other until all cycles are done, the user stops it, or the node is of no more use.
final class ComputeRun {
    /// Rounds that are asked for ahead of those that are here: a stop is heard soon.
    private static final int AHEAD_WINDOWS = 4;

    /// Sessions that end at once, one after the other, before this node is left.
    private static final int MOST_FAILED = 3;

    private final PaidJob job;
    private final ComputeListener listener;
    private final Duration silence;
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    private volatile @Nullable PeerStream stream;
    private volatile @Nullable PaidChannel session;
    private Wei owed = Wei.ZERO;
    private final List<RequesterState.Running> before;
    private int given;
    private volatile boolean stopped;

    /// Number of the session that is on; cycles that were asked for in it, and those that came.
    private int number;

    private long asked;

    private long got;

    /// What happened on other threads.
    private sealed interface News {
        record Given(Held round, Octets state, Octets output) implements News {}

        record Ended(PaidChannel session, Optional<Fault> why) implements News {}

        record Cut(PeerStream stream) implements News {}

        record At(Wei owed) implements News {}

        record Ready() implements News {}

        record Stop() implements News {}
    }

    /// @param silence how long a node may not be reached before it is left
    ComputeRun(PaidJob job, ComputeListener listener, Duration silence) {
        this.job = job;
        this.listener = listener;
        this.silence = silence;
        this.before = new ArrayList<>(job.unopened());
    }

    /// Ends after the rounds that are asked for. May be called from any thread.
    void stop() {
        stopped = true;
        news.add(new News.Stop());
    }

    ComputeOutcome run() throws IOException, InterruptedException {
        int failed = 0;
        long heard = System.nanoTime();
        try {
            while (job.left() > 0 && !stopped) {
                int before = given;
                Optional<ComputeOutcome> outcome = connect() ? session() : Optional.empty();
                if (outcome.isPresent()) {
                    return outcome.get();
                }
                if (given > before) {
                    heard = System.nanoTime();
                    failed = 0;
                }
                Duration quiet = Duration.ofNanos(System.nanoTime() - heard);
                if (stream == null && quiet.compareTo(silence) > 0) {
                    return outcome(ComputeOutcome.Kind.SILENT, "the node does not answer");
                }
                if (stream != null && ++failed >= MOST_FAILED) {
                    return outcome(ComputeOutcome.Kind.LEFT, "the node ends every session");
                }
                if (stream == null) {
                    listener.silent(silence.minus(quiet));
                }
                pause();
            }
            return outcome(
                    job.left() > 0 ? ComputeOutcome.Kind.STOPPED : ComputeOutcome.Kind.DONE, "");
        } finally {
            job.save();
            disconnect();
        }
    }

    /// A refused connection is tried again soon, and not at once.
    private void pause() throws InterruptedException {
        if (stream == null) {
            News _ = news.poll(Math.min(500, silence.toMillis() / 10 + 1), TimeUnit.MILLISECONDS);
        }
    }

    private ComputeOutcome outcome(ComputeOutcome.Kind kind, String why) {
        return new ComputeOutcome(kind, why, job.state(), job.done(), given, job.paid());
    }

    private boolean connect() throws InterruptedException {
        if (stream != null) {
            return true;
        }
        try {
            StreamCodec codec = new StreamCodec(StreamLink.MAX_MESSAGE);
            PeerStream opened =
                    job.connect(
                            new StreamHandler() {
                                @Override
                                public void onFrame(PeerStream from, byte[] frame) {
                                    heard(from, codec, frame);
                                }

                                @Override
                                public void onClosed(PeerStream from, StreamEnd why) {
                                    news.add(new News.Cut(from));
                                }
                            });
            stream = opened;
            return true;
        } catch (PeerException e) {
            return false;
        }
    }

    private void heard(PeerStream from, StreamCodec codec, byte[] frame) {
        try {
            codec.take(frame).ifPresent(this::heard);
        } catch (MalformedException e) {
            from.close();
        }
    }

    private void heard(StreamMessage message) {
        if (message instanceof StreamMessage.At(int _, int _, int _, Wei amount)) {
            news.add(new News.At(amount));
        }
        PaidChannel now = session;
        if (now != null) {
            now.put(new RequesterInput.Heard(message));
            if (message instanceof StreamMessage.Ready(int _, boolean program) && !program) {
                news.add(new News.Ready());
            }
        }
    }

    private void send(StreamMessage message) {
        PeerStream now = stream;
        if (now != null) {
            new StreamLink(now).send(message);
        }
    }

    private void disconnect() {
        PeerStream now = stream;
        stream = null;
        if (now != null) {
            now.close();
        }
    }

    /// One session, to its end.
    ///
    /// @return how the run ends; empty if another session may go on
    private Optional<ComputeOutcome> session() throws IOException, InterruptedException {
        if (!attach()) {
            disconnect();
            return Optional.empty();
        }
        Opening opening = job.opening(settlement());
        number = opening.number();
        asked = 0;
        got = 0;
        PaidChannel now =
                new PaidChannel(
                        job.setting(opening, before), opening, job.crypto(), job.records(), edge());
        session = now;
        now.begin();
        try {
            return rounds(now);
        } finally {
            Optional<RequesterState.Running> last =
                    now.state() instanceof RequesterState.Running running
                            ? Optional.of(running)
                            : now.state() instanceof RequesterState.Over over
                                    ? over.last()
                                    : Optional.empty();
            last.ifPresent(this::keep);
            session = null;
        }
    }

    /// What is held of a session and not open may still be opened (F12).
    private void keep(RequesterState.Running last) {
        job.keep(last.opened().pair());
        if (!last.received().held().isEmpty()) {
            before.add(last);
        }
    }

    /// Asks where the node stands: what is owed may have to be settled (G4).
    private boolean attach() throws IOException, InterruptedException {
        send(new StreamMessage.Attach(job.xid()));
        while (true) {
            switch (next(job.patience())) {
                case null -> {
                    return false;
                }
                case News.At(Wei amount) -> {
                    owed = amount;
                    return true;
                }
                case News.Given(Held round, Octets state, Octets output) ->
                        give(round, state, output);
                case News.Cut(PeerStream of) -> {
                    if (of.equals(stream)) {
                        stream = null;
                        return false;
                    }
                }
                case News.Ended _, News.Ready _, News.Stop _ -> {}
            }
        }
    }

    private void give(Held round, Octets state, Octets output) throws IOException {
        given++;
        if (round.statement().session() == number) {
            got += round.statement().c();
        }
        job.give(round, state, output);
        if (round.statement().end() == End.DONE) {
            job.nothingLeft();
        }
    }

    /// An update of this side's own making for rounds whose statements it holds and has not paid
    /// (G4).
    private Optional<Wei> settlement() {
        if (owed.equals(Wei.ZERO) || before.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(before.getLast().received().total())
                .filter(total -> total.compareTo(job.paid()) > 0);
    }

    private Optional<ComputeOutcome> rounds(PaidChannel now)
            throws IOException, InterruptedException {
        while (true) {
            News next = next(job.patience());
            switch (next) {
                case null -> {
                    now.put(new RequesterInput.Silence());
                    disconnect();
                    return Optional.empty();
                }
                case News.Ready _ -> {
                    // What the hello opened belongs to the session before.
                    job.save();
                    want(now);
                }
                case News.Given(Held round, Octets state, Octets output) -> {
                    give(round, state, output);
                    listener.progress(job.done(), job.cycles(), job.paid(), ahead(now));
                    want(now);
                    if (isThrough(now)) {
                        return end(now);
                    }
                }
                case News.Ended(PaidChannel of, Optional<Fault> why) -> {
                    if (of.equals(now)) {
                        return ended(why);
                    }
                }
                case News.Cut(PeerStream of) -> {
                    if (of.equals(stream)) {
                        stream = null;
                        if (!reconnect(now)) {
                            return Optional.empty();
                        }
                    }
                }
                case News.Stop _ -> {
                    if (isThrough(now)) {
                        return end(now);
                    }
                }
                case News.At _ -> {}
            }
        }
    }

    private boolean reconnect(PaidChannel now) throws InterruptedException {
        long began = System.nanoTime();
        while (!connect()) {
            Duration quiet = Duration.ofNanos(System.nanoTime() - began);
            if (quiet.compareTo(silence) > 0) {
                now.put(new RequesterInput.Silence());
                return false;
            }
            listener.silent(silence.minus(quiet));
            pause();
        }
        send(new StreamMessage.Attach(job.xid()));
        now.put(new RequesterInput.Reconnected());
        return true;
    }

    private @Nullable News next(Duration most) throws InterruptedException {
        return news.poll(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// All that was asked for is open, and no more is wanted.
    private boolean isThrough(PaidChannel now) {
        return now.state() instanceof RequesterState.Running running
                && running.opened().round() == running.asked().upTo()
                && (stopped || job.left() == 0);
    }

    private Optional<ComputeOutcome> end(PaidChannel now) throws IOException {
        if (job.left() == 0) {
            // The node closes.
            now.put(new RequesterInput.Stop());
            return Optional.of(outcome(ComputeOutcome.Kind.DONE, ""));
        }
        return Optional.of(outcome(ComputeOutcome.Kind.STOPPED, ""));
    }

    private Optional<ComputeOutcome> ended(Optional<Fault> why) throws IOException {
        if (why.isEmpty()) {
            return Optional.empty();
        }
        Fault fault = why.get();
        if (fault.rule() == Rule.SESSION) {
            return Optional.empty();
        }
        return Optional.of(
                outcome(
                        fault.rule() == Rule.PROGRAM
                                ? ComputeOutcome.Kind.FAULT
                                : ComputeOutcome.Kind.LEFT,
                        fault.line()));
    }

    /// Asks for more rounds when half of those that were asked for are here.
    private void want(PaidChannel now) {
        if (stopped || !(now.state() instanceof RequesterState.Running running)) {
            return;
        }
        long unasked = job.left() - (asked - got);
        int outstanding = running.asked().upTo() - running.opened().round();
        int most = AHEAD_WINDOWS * running.setting().terms().window();
        if (unasked <= 0 || outstanding > most / 2) {
            return;
        }
        long c = job.round();
        long rounds = Math.min(unasked / c, most - outstanding);
        if (rounds == 0) {
            if (outstanding > 0) {
                return;
            }
            // The last one is shorter.
            c = unasked;
            rounds = 1;
        }
        asked += rounds * c;
        now.put(new RequesterInput.Want((int) rounds, c, begin(running)));
    }

    private Optional<RequesterInput.Begin> begin(RequesterState.Running running) {
        if (running.asked().upTo() > 0) {
            return Optional.empty();
        }
        Octets state = running.opened().state();
        return Optional.of(
                new RequesterInput.Begin(
                        state,
                        SessionSeals.sealState(
                                job.secret(running.session().psk()),
                                job.xid(),
                                running.session().opening().number(),
                                1,
                                state,
                                job.random())));
    }

    private Wei ahead(PaidChannel now) {
        return now.state() instanceof RequesterState.Running running
                ? new Wei(
                        running.received()
                                .total()
                                .value()
                                .subtract(
                                        running.opened()
                                                .pair()
                                                .map(Pair::total)
                                                .orElse(running.session().base())
                                                .value())
                                .max(BigInteger.ZERO))
                : Wei.ZERO;
    }

    private PaidChannel.Edge edge() {
        return new PaidChannel.Edge() {
            @Override
            public void say(StreamMessage message) {
                if (message instanceof StreamMessage.Update(int _, int _, Wei total, var _)) {
                    job.said(total);
                }
                send(message);
            }

            @Override
            public void checkEvidence(
                    RequesterEffect.CheckEvidence check, Consumer<RequesterInput> then) {
                then.accept(job.provision(check));
            }

            @Override
            public void sendProgram(int number, KeyId psk) {
                send(
                        SessionSeals.sealProgram(
                                job.secret(psk), job.xid(), number, job.module(), job.random()));
            }

            @Override
            public void give(Held round, Octets state, Octets output) {
                news.add(new News.Given(round, state, output));
            }

            @Override
            public void ended(Optional<Fault> why) {
                PaidChannel of = session;
                if (of != null) {
                    news.add(new News.Ended(of, why));
                }
            }
        };
    }
}
