package io.evenhand.enclave.program;

import java.util.Optional;

/// What a check found.
///
/// @param difference the first thing that depended on a split, in words; nothing if none did
/// @param cycles done in one round, and in each split
/// @param splits tried
/// @param moves from one instance to a fresh one, in all splits
/// @param fuelPerCycle the most that a round used of `run` for each of its cycles
/// @param fuelPerRound what each further round of a split adds to the fuel of `run`, the same in
///   all
/// @param callFuel the most that the other calls of a round used
/// @param stateBytes of the largest state
/// @param outputBytes of the longest output
/// @param compileMillis of the first start
/// @param coldCyclesPerSecond of the first round, while Java still learns the code
/// @param warmCyclesPerSecond of the fastest such round after all splits
public record CheckReport(
        Optional<String> difference,
        long cycles,
        int splits,
        int moves,
        long fuelPerCycle,
        long fuelPerRound,
        long callFuel,
        int stateBytes,
        int outputBytes,
        double compileMillis,
        double coldCyclesPerSecond,
        double warmCyclesPerSecond) {
    public boolean passed() {
        return difference.isEmpty();
    }
}
