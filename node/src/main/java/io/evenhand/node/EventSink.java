package io.evenhand.node;

/// Where a node tells what happens. It is called from many threads and must not block for long.
public interface EventSink {
    void on(NodeEvent event);

    /// Is called inside the transaction that makes an event true; {@link #on} follows after it.
    default void keep(NodeEvent.Kept event) {}

    /// One line about something outside every exchange: an endpoint or a peer in trouble.
    default void trouble(Trouble kind, String line) {}

    /// The same for people alone.
    default void trouble(String line) {
        trouble(Trouble.OTHER, line);
    }

    /// An alarm was raised, became urgent or is over.
    default void alarm(AlarmNews news) {}

    /// Both sinks hear everything.
    default EventSink and(EventSink other) {
        EventSink self = this;
        return new EventSink() {
            @Override
            public void on(NodeEvent event) {
                self.on(event);
                other.on(event);
            }

            @Override
            public void keep(NodeEvent.Kept event) {
                self.keep(event);
                other.keep(event);
            }

            @Override
            public void trouble(Trouble kind, String line) {
                self.trouble(kind, line);
                other.trouble(kind, line);
            }

            @Override
            public void alarm(AlarmNews news) {
                self.alarm(news);
                other.alarm(news);
            }
        };
    }
}
