package io.evenhand.node.transport;

/// Hears how far a transfer is; called often, from threads of the transport.
@FunctionalInterface
public interface Progress {
    Progress NONE = (_, _) -> {};

    /// `done` of `total` bytes; `done` falls back when a broken transfer is resumed.
    void at(long done, long total);
}
