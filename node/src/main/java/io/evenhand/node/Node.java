package io.evenhand.node;

import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.TlsIdentity;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/// What every role uses: one open store, one identity, one clock, and the listeners that hear what
/// happens.
///
/// @param signing the only one of the node: what is signed through another one is not recorded
public record Node(
        Store store,
        Ed25519Identity identity,
        TlsIdentity tls,
        SessionFiles files,
        InstantSource clock,
        EventSink events,
        Progress progress,
        Alarms alarms,
        Crypto crypto,
        StatementRecorder signing) {
    public static Node of(
            Store store, NodeKeys keys, InstantSource clock, EventSink events, Progress progress) {
        StatementRecorder signing = StatementRecorder.of(keys.identity(), store);
        EventSink all = events.and(new History(store));
        return new Node(
                store,
                keys.identity(),
                new TlsIdentity(keys.identity()),
                SessionFiles.of(store),
                clock,
                all,
                progress,
                new Alarms(store, clock, all),
                signing.unrecorded(),
                signing);
    }

    /// The same node with one more listener.
    public Node with(EventSink listener) {
        return hearing(events.and(listener));
    }

    /// The same node with a listener that is done before anybody else hears.
    public Node first(EventSink listener) {
        return hearing(listener.and(events));
    }

    /// The same node, with what hears now behind another sink.
    public Node through(UnaryOperator<EventSink> way) {
        return hearing(way.apply(events));
    }

    private Node hearing(EventSink sink) {
        return new Node(
                store, identity, tls, files, clock, sink, progress, alarms, crypto, signing);
    }
}
