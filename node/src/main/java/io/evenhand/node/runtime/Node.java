package io.evenhand.node.runtime;

import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.TlsIdentity;
import java.time.InstantSource;

/// What every role stands on: one open store, one identity, one clock, and whom to tell.
record Node(
        Store store,
        Ed25519Identity identity,
        TlsIdentity tls,
        SessionFiles files,
        InstantSource clock,
        EventSink events,
        Progress progress,
        Alarms alarms) {
    static Node of(
            Store store, NodeKeys keys, InstantSource clock, EventSink events, Progress progress) {
        EventSink all = events.and(new History(store));
        return new Node(
                store,
                keys.identity(),
                new TlsIdentity(keys.identity()),
                new SessionFiles(store.directory()),
                clock,
                all,
                progress,
                new Alarms(store, clock, all));
    }

    /// The same node with one more listener.
    Node with(EventSink listener) {
        return new Node(store, identity, tls, files, clock, events.and(listener), progress, alarms);
    }

    /// The same node with a listener that is done before anybody else hears.
    Node first(EventSink listener) {
        return new Node(store, identity, tls, files, clock, listener.and(events), progress, alarms);
    }

    SigningCrypto crypto() {
        return SigningCrypto.of(identity, store);
    }
}
