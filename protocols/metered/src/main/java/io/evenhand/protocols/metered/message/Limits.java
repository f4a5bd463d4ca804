package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.MalformedException;

/// What the program may have and use; each is part of what is paid for (spec-metered F4, G3).
///
/// @param fuelPerCycle fuel of `run` for each cycle asked for; also what one charged cycle stands
///   for
/// @param callFuel fuel of `buffer`, `load`, `state` and `output` of one round together
/// @param pages memory in pages of 64 KiB
/// @param moduleBytes length of the program's module
/// @param stateBytes most bytes of a state
/// @param outputBytes most bytes of a round's output
/// @param cMost most cycles of one round
/// @param roundSeconds most wall time of one round at the node; above it there is no result
public record Limits(
        long fuelPerCycle,
        long callFuel,
        int pages,
        int moduleBytes,
        int stateBytes,
        int outputBytes,
        long cMost,
        int roundSeconds) {
    /// 256 MiB.
    public static final int MAX_PAGES = 4096;

    public static final int MAX_MODULE = 4 << 20;

    /// 64 MiB: larger states are the program's own files.
    public static final int MAX_STATE = 64 << 20;

    public static final int MAX_OUTPUT = 16 << 20;

    public Limits {
        range("fuel per cycle", fuelPerCycle, 1, Long.MAX_VALUE);
        range("fuel of calls", callFuel, 0, Long.MAX_VALUE);
        range("pages", pages, 0, MAX_PAGES);
        range("bytes of a module", moduleBytes, 1, MAX_MODULE);
        range("bytes of a state", stateBytes, 0, MAX_STATE);
        range("bytes of an output", outputBytes, 0, MAX_OUTPUT);
        range("cycles of a round", cMost, 1, Long.MAX_VALUE / fuelPerCycle);
        range("seconds of a round", roundSeconds, 1, 3600);
    }

    private static void range(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new MalformedException(what + " are " + least + " to " + most + ", got " + value);
        }
    }
}
