package io.evenhand.node.transport;

/// One envelope that was fetched from a server's outbox, and its number there.
public record Received(long seq, Envelope envelope) {}
