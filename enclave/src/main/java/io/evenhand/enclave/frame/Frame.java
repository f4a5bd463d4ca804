package io.evenhand.enclave.frame;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.kit.codec.Kind;
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
        @Kind("Judge")
        record Judge(
                @Limit(PolicySpec.MAX_TEXT) String policy,
                long workLength,
                Bytes32 workRoot,
                long hiddenLength)
                implements ToHost {}

        /// The leaf that was asked for.
        @Kind("Leaf")
        record Leaf(Octets bytes) implements ToHost {}

        /// The leaf cannot be read.
        @Kind("Unreadable")
        record Unreadable() implements ToHost {}
    }

    /// What a host says.
    sealed interface ToNode extends Frame {
        @Kind("Ready")
        record Ready(int version) implements ToNode {}

        /// Asks for one leaf.
        @Kind("Read")
        record Read(Lent of, long index) implements ToNode {}

        @Kind("Said")
        record Said(Verdict verdict) implements ToNode {}

        /// The work is not the one of the root.
        @Kind("Changed")
        record Changed() implements ToNode {}

        /// There is no verdict, and there will be none however often this is judged.
        @Kind("Unjudged")
        record Unjudged(@Limit(MAX_WHY) String why) implements ToNode {}

        /// This host could not judge; another one may.
        @Kind("Broken")
        record Broken(@Limit(MAX_WHY) String why) implements ToNode {}
    }
}
