package io.evenhand.node;

/// What a line about something outside every exchange is about, for programs that tell it apart.
public enum Trouble {
    /// Two endpoints say different things about one deal (16e).
    ENDPOINTS_CONTRADICT,

    /// A server sent what is no message of the exchange.
    MESSAGE_PASSED_OVER,

    /// Anything else: only people read it.
    OTHER
}
