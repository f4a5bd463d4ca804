package io.evenhand.simulation;

import java.util.function.Consumer;

/// How long to explore, and whether to refute the mutants first.
///
/// @param seconds for everything together: first the mutants, then the specification
/// @param seed chooses the order in which scenarios take their turns; what is found does not depend
///   on it
/// @param progress takes a line now and then
public record Options(double seconds, boolean mutants, long seed, Consumer<String> progress) {
    /// A day: whoever wants more starts again.
    public static final double MAX_SECONDS = 86_400;

    public Options {
        if (!(seconds > 0) || seconds > MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "seconds must be above 0 and at most "
                            + (long) MAX_SECONDS
                            + ", got "
                            + seconds);
        }
    }
}
