package io.evenhand.cli.doctor;

/// What was found about one thing.
///
/// @param what the thing, one or two words
/// @param text how it is
/// @param wayOut what to do about it; empty if it is well
record Finding(Level level, String what, String text, String wayOut) {
    enum Level {
        OK,
        /// It works now and may not work when it matters.
        WARN,
        /// An exchange would fail or money would be at risk.
        FAIL
    }

    static Finding ok(String what, String text) {
        return new Finding(Level.OK, what, text, "");
    }

    static Finding warn(String what, String text, String wayOut) {
        return new Finding(Level.WARN, what, text, wayOut);
    }

    static Finding fail(String what, String text, String wayOut) {
        return new Finding(Level.FAIL, what, text, wayOut);
    }
}
