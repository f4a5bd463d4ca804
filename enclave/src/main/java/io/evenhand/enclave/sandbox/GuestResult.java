package io.evenhand.enclave.sandbox;

/// How a run ended, the same on every machine.
///
/// @param end what the guest did
/// @param fuelUsed all there was, if it ran out
public record GuestResult(End end, long fuelUsed) {
    /// The ways in which a guest ends.
    public enum End {
        /// `judge` returned 1.
        PASSED("the policy passed it"),
        /// `judge` returned something else.
        FAILED("the policy failed it"),
        /// An instruction that cannot go on, such as a division by zero or an address outside.
        TRAPPED("the policy trapped"),
        OUT_OF_FUEL("the policy ran out of fuel"),
        /// The calls within calls needed more than {@link GuestLimits#MAX_STACK_WORDS}.
        TOO_DEEP("the policy's calls are nested too deep");

        private final String text;

        End(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
