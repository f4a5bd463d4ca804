package io.evenhand.enclave.sandbox;

import io.evenhand.kit.value.Octets;

/// How a round of a program ended, the same on every machine (G9, A-I12).
///
/// @param end what the program did
/// @param done cycles; 0 after a fault
/// @param charged cycles that are paid for, at most those asked for
/// @param fuelOfRun units that `run` used; all it had, if it ran out
/// @param fuelOfCalls units that all other calls used; all they had, if they ran out
/// @param state after the round; after a fault the one before it
/// @param output of the round; nothing after a fault
/// @param loadCode why `load` refused the state; 0 unless it did
public record Round(
        End end,
        long done,
        long charged,
        long fuelOfRun,
        long fuelOfCalls,
        Octets state,
        Octets output,
        int loadCode) {
    /// The ways in which a round ends. The codes are part of what statements say.
    public enum End {
        /// It did all cycles that were asked for.
        MORE(0, "there is more to do"),
        /// It did fewer: the program is through with what it was given.
        DONE(1, "the program is done"),
        /// An instruction that cannot go on, such as a division by zero or an address outside.
        TRAP(2, "the program trapped"),
        /// `run` used more than its cycles are given.
        FUEL(3, "the program ran out of fuel"),
        /// The other calls used more than they are given together.
        CALL_FUEL(4, "the program's calls besides run ran out of fuel"),
        /// Calls within calls needed more than {@link GuestLimits#MAX_STACK_WORDS}.
        FRAMES(5, "the program's calls are nested too deep"),
        /// It gave a number that cannot be: cycles, or a place or size of its state or output.
        ABI(6, "the program breaks the rules of its interface"),
        /// `load` refused the state.
        LOAD(7, "the program refuses its state");

        private final int code;
        private final String text;

        End(int code, String text) {
            this.code = code;
            this.text = text;
        }

        public int code() {
            return code;
        }

        /// Whether the state is as it was before the round.
        public boolean isFault() {
            return this != MORE && this != DONE;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
