package io.evenhand.node.runtime;

/// Where a node tells what happens. It is called from many threads and must not block for long.
public interface EventSink {
    void on(NodeEvent event);

    /// Both sinks hear everything.
    default EventSink and(EventSink other) {
        return event -> {
            on(event);
            other.on(event);
        };
    }
}
