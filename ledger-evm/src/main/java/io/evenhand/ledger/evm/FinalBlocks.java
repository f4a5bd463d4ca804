package io.evenhand.ledger.evm;

import io.evenhand.kit.alarm.Alarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The newest final block. It moves back only if it was really taken back, never because an
/// endpoint lags or the second one does not agree yet.
final class FinalBlocks {
    /// A chain that says what is final moves that on rarely.
    private static final int ASK_POLLS = 4;

    /// An endpoint is behind the other one if its newest block is this many polls older.
    private static final int STALE_POLLS = 30;

    private static final long LEAST_STALE_SECONDS = 5;

    /// More of them say nothing new.
    private static final int MAX_DEEP_REORGS = 16;

    private final JsonRpc rpc;
    private final ChainWatcher.Settings settings;
    private final Optional<SecondOpinion> second;
    private final HeaderChain headers;
    private final List<Alarm> deepReorgs = new ArrayList<>();
    private Optional<Header> last = Optional.empty();
    private Optional<Header> shown = Optional.empty();
    private long askedNanos;
    private boolean behind;
    private long lastAgreedNanos = System.nanoTime();

    FinalBlocks(
            JsonRpc rpc,
            ChainWatcher.Settings settings,
            Optional<SecondOpinion> second,
            HeaderChain headers) {
        this.rpc = rpc;
        this.settings = settings;
        this.second = second;
        this.headers = headers;
    }

    /// Final blocks that were taken back.
    List<Alarm> deepReorgs() {
        return List.copyOf(deepReorgs);
    }

    /// Whether the endpoint in use is behind the other one.
    boolean isBehind() {
        return behind;
    }

    /// @param broken older blocks may have been taken back since the last look
    /// @param now by our clock
    /// @param alarms gets what is wrong
    Header look(Header tip, boolean broken, Instant now, List<Alarm> alarms) {
        Optional<SecondOpinion.Heads> opinion =
                second.flatMap(other -> ask(other, tip, now, alarms));
        Header candidate = candidate(tip, broken);
        Header found = next(candidate, tip, broken, opinion, alarms);
        last = Optional.of(found);
        return found;
    }

    private Header candidate(Header tip, boolean broken) {
        Header candidate =
                switch (settings.finality()) {
                    case FinalityPolicy.Tag _ -> tagged(broken);
                    case FinalityPolicy.Depth(int blocks) ->
                            headers.ancestor(Math.max(0, tip.number() - blocks));
                };
        return candidate.number() > tip.number() ? tip : candidate;
    }

    private Header tagged(boolean broken) {
        Duration rest = settings.poll().multipliedBy(ASK_POLLS);
        long now = System.nanoTime();
        if (shown.isEmpty() || broken || now - askedNanos >= rest.toNanos()) {
            shown = Optional.of(Blocks.byNumber(rpc, "finalized"));
            askedNanos = now;
        }
        return shown.get();
    }

    private Header next(
            Header candidate,
            Header tip,
            boolean broken,
            Optional<SecondOpinion.Heads> opinion,
            List<Alarm> alarms) {
        Optional<Header> known = last;
        if (known.isPresent()) {
            Header previous = known.get();
            boolean undone =
                    broken
                            && previous.number() <= tip.number()
                            && !headers.isCanonical(previous.number(), previous.hash());
            if (undone) {
                Alarm alarm = new ChainAlarm.DeepReorg(rpc.name(), previous.toString());
                if (deepReorgs.size() < MAX_DEEP_REORGS && !deepReorgs.contains(alarm)) {
                    deepReorgs.add(alarm);
                }
                known = Optional.empty();
            } else if (candidate.number() <= previous.number()) {
                lastAgreedNanos = System.nanoTime();
                return previous;
            }
        }
        return second.isEmpty()
                ? candidate
                : agreed(second.get(), candidate, known, opinion, alarms);
    }

    /// The newest block that both endpoints call final; while they cannot agree, the one they last
    /// agreed on.
    private Header agreed(
            SecondOpinion other,
            Header candidate,
            Optional<Header> known,
            Optional<SecondOpinion.Heads> opinion,
            List<Alarm> alarms) {
        Optional<Header> wanted =
                opinion.map(heads -> Math.min(heads.finalized(), candidate.number()))
                        .filter(number -> known.isEmpty() || number > known.get().number())
                        .map(number ->
                                number == candidate.number()
                                        ? candidate
                                        : headers.standing(number));
        try {
            if (wanted.isPresent() && other.has(wanted.get())) {
                lastAgreedNanos = System.nanoTime();
                return wanted.get();
            }
            long waited = System.nanoTime() - lastAgreedNanos;
            if (opinion.isPresent()
                    && wanted.isEmpty()
                    && waited > STALE_POLLS * settings.poll().toNanos()) {
                alarms.add(disagree(other, "block " + candidate + " is final at the first alone"));
            }
            wanted.ifPresent(block ->
                    alarms.add(disagree(other, "there is another block " + block.number())));
        } catch (LedgerException e) {
            alarms.add(lost(other.name(), e));
        }
        return known.orElseGet(() -> Blocks.byNumber(rpc, "0x0"));
    }

    private Alarm disagree(SecondOpinion other, String how) {
        return new ChainAlarm.EndpointsDisagree(rpc.name(), other.name(), how);
    }

    /// What the second endpoint says, if it answers; and whether one of the two is behind.
    private Optional<SecondOpinion.Heads> ask(
            SecondOpinion other, Header tip, Instant now, List<Alarm> alarms) {
        behind = false;
        try {
            SecondOpinion.Heads heads = other.heads(settings.finality(), settings.poll().toNanos());
            long lead = tip.timestamp() - heads.tip().timestamp();
            long stale = Math.max(LEAST_STALE_SECONDS, STALE_POLLS * settings.poll().toSeconds());
            if (Math.abs(lead) > stale) {
                String late = lead > 0 ? other.name() : rpc.name();
                alarms.add(disagree(other, late + " is " + Math.abs(lead) + " s behind"));
                // A head from the future is no reason to trust whoever shows it.
                long latest = now.plus(ChainWatcher.MAX_CLOCK_GAP).getEpochSecond();
                behind = lead < 0 && heads.tip().timestamp() <= latest;
            }
            return Optional.of(heads);
        } catch (LedgerException e) {
            alarms.add(lost(other.name(), e));
            return Optional.empty();
        }
    }

    static Alarm lost(String endpoint, LedgerException trouble) {
        return new ChainAlarm.EndpointLost(endpoint, String.valueOf(trouble.getMessage()));
    }
}
