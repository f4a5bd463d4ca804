package io.evenhand.node.transport;

/// What a key that a peer has proved to hold may do at a server.
public enum Standing {
    /// It was let in: with an invite, or by ourselves.
    KNOWN,
    /// Nobody knows it, and the server serves such keys too, within a quota.
    GUEST,
    /// It may show an invite, and nothing else.
    STRANGER
}
