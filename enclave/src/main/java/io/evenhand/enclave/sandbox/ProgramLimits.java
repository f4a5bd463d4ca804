package io.evenhand.enclave.sandbox;

import io.evenhand.kit.codec.MalformedException;

/// What a program may have and use, as the Terms say it (F4, G3). All of it is part of what a round
/// means: with other limits the same program may end in another way.
///
/// @param fuelPerCycle units of fuel that `run` has for each cycle
/// @param callFuel units that all other calls of a round have together
/// @param pages of 64 KiB that the memory may have; `memory.grow` beyond gives -1
/// @param moduleBytes of the module
/// @param stateBytes of a state
/// @param outputBytes of a round's output
public record ProgramLimits(
        long fuelPerCycle,
        long callFuel,
        int pages,
        int moduleBytes,
        int stateBytes,
        int outputBytes) {
    /// More than a module can write.
    public static final int MAX_BYTES = GuestLimits.MAX_PROGRAM_PAGES * GuestLimits.PAGE;

    /// The largest of everything.
    public static final ProgramLimits MOST =
            new ProgramLimits(
                    GuestLimits.MAX_FUEL,
                    GuestLimits.MAX_FUEL,
                    GuestLimits.MAX_PROGRAM_PAGES,
                    GuestLimits.MAX_PROGRAM_MODULE,
                    MAX_BYTES,
                    MAX_BYTES);

    /// Fuel of a `run`: far from where the sum with other fuel could overflow.
    private static final long MAX_BUDGET = 1L << 62;

    /// @throws MalformedException if one of them is beyond what the sandbox runs
    public ProgramLimits {
        within("fuelPerCycle", fuelPerCycle, 1, GuestLimits.MAX_FUEL);
        within("callFuel", callFuel, 1, GuestLimits.MAX_FUEL);
        within("pages", pages, 1, GuestLimits.MAX_PROGRAM_PAGES);
        within("moduleBytes", moduleBytes, 8, GuestLimits.MAX_PROGRAM_MODULE);
        within("stateBytes", stateBytes, 0, MAX_BYTES);
        within("outputBytes", outputBytes, 0, MAX_BYTES);
    }

    private static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new MalformedException(
                    name + " must be from " + least + " to " + most + ", got " + value);
        }
    }

    /// Fuel that `run` has for so many cycles.
    ///
    /// @throws MalformedException if there are none, or so many that their fuel cannot be counted
    public long budget(long cycles) {
        within("cycles", cycles, 1, MAX_BUDGET / fuelPerCycle);
        return cycles * fuelPerCycle;
    }

    /// Cycles that a round is charged for: what was done, or what the fuel used would have paid for
    /// if that is more, and never more than were asked for (F4).
    ///
    /// @param done cycles, 0 if the round ended in a fault
    /// @param fuel of all calls of the round
    public long charged(long cycles, long done, long fuel) {
        return Math.min(cycles, Math.max(done, Math.ceilDiv(fuel, fuelPerCycle)));
    }
}
