package io.evenhand.enclave.frame;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;

/// What a node and its guest host say to each other.
///
/// ```
/// host  Ready
/// node  Judge  ->  host  Read  ->  node  Leaf | Unreadable  ->  ...  ->  host  Said | Changed | ...
/// ```
public sealed interface Frame {
    /// Both sides come from one build; a host of another one is not spoken to.
    int VERSION = 1;

    /// Characters of a reason.
    int MAX_WHY = 512;

    /// What is lent to a host.
    enum Lent {
        WORK,
        HIDDEN
    }

    /// What a node says.
    sealed interface ToHost extends Frame {
        /// Asks for a verdict.
        ///
        /// @param workRoot plain root of the work: the host checks what it reads against it
        record Judge(
                @Limit(PolicySpec.MAX_TEXT) String policy,
                long workLength,
                Bytes32 workRoot,
                long hiddenLength)
                implements ToHost {}

        /// The leaf that was asked for.
        record Leaf(Octets bytes) implements ToHost {}

        /// The leaf cannot be read.
        record Unreadable() implements ToHost {}
    }

    /// What a host says.
    sealed interface ToNode extends Frame {
        record Ready(int version) implements ToNode {}

        /// Asks for one leaf.
        record Read(Lent of, long index) implements ToNode {}

        record Said(Verdict verdict) implements ToNode {}

        /// The work is not the one of the root.
        record Changed() implements ToNode {}

        /// There is no verdict, and there will be none however often this is judged.
        record Unjudged(@Limit(MAX_WHY) String why) implements ToNode {}

        /// This host could not judge; another one may.
        record Broken(@Limit(MAX_WHY) String why) implements ToNode {}
    }
}
