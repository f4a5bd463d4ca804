package io.evenhand.node.metered;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.ChannelRows;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterEffect.KeepRounds;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import io.evenhand.protocols.metered.requester.RequesterState.Opened;
import java.util.Optional;
import java.util.concurrent.Executor;

/// What a requester keeps of one channel, in its journal (G10): the papers of its sessions as
/// documents of the exchange, its rounds and its last full state as rows of the channel.
public final class JournalRequesterRecords implements RequesterRecords {
    private static final String OPENING = "opening";
    private static final String PROVISION = "provision";

    private final Store store;
    private final SessionKey exchange;
    private final ChannelRows rows;
    private final Executor after;

    public JournalRequesterRecords(
            Store store, SessionKey exchange, Bytes32 channel, Executor after) {
        this.store = store;
        this.exchange = exchange;
        this.rows = store.channels().of(channel);
        this.after = after;
    }

    /// The papers of one session.
    record Papers(
            Opening opening,
            StreamMessage.SignedHello hello,
            Provisioning header,
            KeyId psk,
            StreamMessage.Provision bytes) {}

    static DocumentTable.Name opening(int number) {
        return new DocumentTable.Name(DocumentTable.Way.OWN, OPENING, number);
    }

    static DocumentTable.Name provision(int number) {
        return new DocumentTable.Name(DocumentTable.Way.OWN, PROVISION, number);
    }

    @Override
    public void keepOpening(Bytes32 channel, RequesterEffect.KeepOpening keep, Runnable then) {
        Opening opening = keep.opening();
        store.transactLater(
                () ->
                        store.documents()
                                .put(
                                        exchange,
                                        opening(opening.number()),
                                        new Octets(Records.encode(opening))),
                new AfterFlush(after, then));
    }

    @Override
    public void keepProvision(Bytes32 channel, RequesterEffect.KeepProvision keep, Runnable then) {
        int number = keep.header().number();
        Opening opening =
                Records.decode(
                        Opening.class,
                        store.documents()
                                .find(exchange, opening(number))
                                .orElseThrow()
                                .toByteArray());
        Papers papers = new Papers(opening, keep.hello(), keep.header(), keep.psk(), keep.bytes());
        store.transactLater(
                () ->
                        store.documents()
                                .put(
                                        exchange,
                                        provision(number),
                                        new Octets(Records.encode(papers))),
                new AfterFlush(after, then));
    }

    @Override
    public void keepRounds(Bytes32 channel, KeepRounds keep, Runnable then) {
        Opened opened = keep.opened();
        PaidRow.Newest newest =
                new PaidRow.Newest(
                        keep.update(),
                        opened.round(),
                        opened.pair()
                                .map(it ->
                                        new ServedRow.Update(
                                                it.total(), it.lock(), it.signature())));
        store.transactLater(
                () -> {
                    for (Held held : keep.held()) {
                        rows.add(PaidRow.round(keep.number(), held));
                    }
                    rows.put(newest.at(opened.pair()));
                },
                new AfterFlush(after, then));
    }

    /// A full state, which makes the ciphertexts up to its round needless (G10).
    void keepState(int number, int round, Octets state) {
        ChannelRows.At at = new ChannelRows.At(number, round);
        ChannelRows.PreparedState prepared = rows.prepare(at, state.toByteArray());
        store.transact(() -> {
            rows.put(prepared);
            rows.dropUpTo(at);
        });
    }

    Optional<ChannelRows.State> state() {
        return rows.state();
    }

    Optional<ChannelRows.Update> newest() {
        return rows.newest();
    }

    ChannelRows rows() {
        return rows;
    }

    Optional<Papers> papers(int number) {
        return store.documents()
                .find(exchange, provision(number))
                .map(bytes -> Records.decode(Papers.class, bytes.toByteArray()));
    }

    /// Number of the last session that was asked for, 0 if none was.
    int highest() {
        int number = 0;
        while (store.documents().find(exchange, opening(number + 1)).isPresent()) {
            number++;
        }
        return number;
    }

    void over() {
        rows.over();
    }
}
