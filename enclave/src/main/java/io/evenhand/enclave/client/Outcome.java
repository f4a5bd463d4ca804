package io.evenhand.enclave.client;

import io.evenhand.enclave.policy.Verdict;

/// What came of asking a guest host.
///
/// A reason is one line for the operator; it may speak of hidden data, so it goes to nobody else.
public sealed interface Outcome {
    record Judged(Verdict verdict) implements Outcome {}

    /// The work is not the one of its root (decisions 16b).
    record WorkChanged() implements Outcome {}

    /// There is no verdict, and a repeat gives none: the policy used up its processor time, or the
    /// hidden data are not what it reads.
    record Unjudged(String why) implements Outcome {
        @Override
        public String toString() {
            return "Unjudged";
        }
    }

    /// This machine failed, not the policy: the same question may be asked again.
    record Failed(String why) implements Outcome {
        @Override
        public String toString() {
            return "Failed";
        }
    }
}
