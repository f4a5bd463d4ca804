package io.evenhand.node.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.ChannelRows;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.node.NodeEffect;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// What a node keeps of one channel, in its journal: one row.
public final class JournalNodeRecords implements NodeRecords {
    private final Store store;
    private final ChannelRows rows;
    private final Executor after;

    // What the row holds beside the update; changed in the order in which it is stored.
    private Bytes32 opening;
    private Wei base;
    private Wei owed;
    private Optional<Pair> pair;
    private ChannelRows.At at;

    /// @param after runs what follows a flush: nothing else is stored meanwhile
    public JournalNodeRecords(Store store, Bytes32 channel, Executor after) {
        this.store = store;
        this.rows = store.channels().of(channel);
        this.after = after;
        Optional<ChannelRows.Update> newest = rows.newest();
        Optional<ServedRow> row = newest.map(ServedRow::of);
        this.opening = row.map(ServedRow::opening).orElse(Bytes32.ZERO);
        this.base = row.map(ServedRow::base).orElse(Wei.ZERO);
        this.owed = row.map(ServedRow::owed).orElse(Wei.ZERO);
        this.pair = row.flatMap(it -> it.pair(newest.orElseThrow()));
        this.at = newest.map(ChannelRows.Update::at).orElse(new ChannelRows.At(0, 0));
    }

    int number() {
        return Math.toIntExact(at.number());
    }

    Optional<Pair> pair() {
        return pair;
    }

    Wei owed() {
        return owed;
    }

    @Override
    public void keepSession(Bytes32 channel, NodeEffect.KeepSession session, Runnable then) {
        opening = session.opening();
        base = session.base();
        owed = session.owed();
        pair = session.pair();
        put(session.number(), 0, then);
    }

    /// The hello's signature is on record already; it only has to be on the disk.
    @Override
    public void keepHello(Bytes32 channel, NodeEffect.KeepHello hello, Runnable then) {
        store.transactLater(() -> {}, new AfterFlush(after, then));
    }

    @Override
    public void keepPair(Bytes32 channel, NodeEffect.KeepPair update, Runnable then) {
        pair = Optional.of(update.pair());
        put(update.number(), update.round(), then);
    }

    /// A debt is kept as soon as something else is: after a crash of this node it is struck off.
    @Override
    public void keepDebt(Bytes32 channel, int number, Wei debt) {
        owed = debt;
        put(number, Math.toIntExact(at.round()) + 1, () -> {});
    }

    /// Waits until all that was handed in before is on the disk.
    void settle() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        store.transactLater(() -> {}, new AfterFlush(Runnable::run, () -> done.complete(true)));
        boolean _ = done.join();
    }

    private void put(int number, int round, Runnable then) {
        at = new ChannelRows.At(number, round);
        ChannelRows.Update row = ServedRow.of(opening, base, owed, pair).at(number, round, pair);
        store.transactLater(() -> rows.put(row), new AfterFlush(after, then));
    }
}
