package io.evenhand.node.metered;

import io.evenhand.kit.process.Loop;
import io.evenhand.kit.sign.RealChannels;
import io.evenhand.kit.sign.RealRoundKeys;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.Node;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.node.Account;
import io.evenhand.protocols.metered.node.NodeState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The channels that a node serves now.
final class ServedChannels implements MeteredBinding.Rounds, AutoCloseable {
    private final Node node;
    private final MeteredCrypto crypto;
    private final ServedChannel.Enclaves enclaves;
    private final Supplier<Wei> dearestClose;
    private final Accounts accounts;
    private final Map<Bytes32, Served> byXid = new ConcurrentHashMap<>();
    private final ExecutorService after = Loop.EFFECTS.inOrder();
    private volatile Consumer<SessionKey> enough = _ -> {};

    private record Served(
            SessionKey session,
            PartyId requester,
            ServedChannel channel,
            JournalNodeRecords records) {}

    ServedChannels(
            Node node,
            NodeConfig config,
            ServedChannel.Enclaves enclaves,
            Supplier<Wei> dearestClose) {
        this.node = node;
        this.enclaves = enclaves;
        this.dearestClose = dearestClose;
        this.crypto =
                new MeteredCrypto(
                        node.crypto(),
                        new RealRoundKeys(node.store().keys()),
                        new RealChannels(node.store().keys()));
        this.accounts =
                new Accounts(
                        new Account.Risk(config.first(), config.cap(), dearestClose.get()),
                        config.strangers());
    }

    /// Who is told that a channel is to be closed.
    void onEnough(Consumer<SessionKey> listener) {
        enough = listener;
    }

    Optional<ServedChannel> find(PartyId requester, Bytes32 xid) {
        return Optional.ofNullable(byXid.get(xid))
                .filter(served -> served.requester().equals(requester))
                .map(Served::channel);
    }

    @Override
    public void serve(SessionKey session, Terms terms, Wei deposit) {
        Bytes32 xid = crypto.verification().hash(terms);
        byXid.computeIfAbsent(xid, _ -> make(session, terms, xid)).channel().deposit(deposit);
    }

    private Served make(SessionKey session, Terms terms, Bytes32 xid) {
        Bytes32 name = crypto.channel(terms, xid);
        JournalNodeRecords records = new JournalNodeRecords(node.store(), name, after);
        accounts.restore(
                terms.requester(),
                name,
                records.pair().map(Pair::total).orElse(Wei.ZERO),
                records.owed());
        ServedChannel channel =
                new ServedChannel(
                        new NodeState.Channel(
                                terms,
                                xid,
                                name,
                                Optional.empty(),
                                records.number(),
                                records.pair(),
                                records.owed(),
                                false,
                                false),
                        crypto,
                        node.identity(),
                        records,
                        accounts.of(terms.requester()),
                        enclaves);
        channel.onStop(() -> enough.accept(session));
        return new Served(session, terms.requester(), channel, records);
    }

    @Override
    public Optional<Pair> stop(SessionKey session, Terms terms) {
        Bytes32 xid = crypto.verification().hash(terms);
        Served served = byXid.computeIfAbsent(xid, _ -> make(session, terms, xid));
        boolean _ = served.channel().closing().join();
        // What was under way is on the disk by now.
        served.records().settle();
        return served.records()
                .pair()
                .filter(pair -> pair.total().compareTo(dearestClose.get()) > 0);
    }

    @Override
    public void close() {
        byXid.values().forEach(served -> served.channel().shutDown());
        after.shutdown();
    }
}
