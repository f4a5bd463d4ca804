package io.evenhand.enclave.metered;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.text.Line;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import java.util.Optional;

/// What a node and the enclave of one session say to each other.
public sealed interface EnclaveFrame {
    /// Bytes of a reason.
    int MAX_WHY = 512;

    /// What a node says.
    sealed interface ToEnclave extends EnclaveFrame {}

    /// What an enclave says.
    sealed interface ToNode extends EnclaveFrame {}

    /// The first one: which session this is.
    ///
    /// @param base total that the node counts from
    @Kind("Begin")
    record Begin(Terms terms, Opening opening, Wei base) implements ToEnclave {}

    @Kind("Provision")
    record Provision(Hello hello, StreamMessage.Provision provision) implements ToEnclave {}

    @Kind("Program")
    record Program(StreamMessage.Program program) implements ToEnclave {}

    @Kind("Run")
    record Run(int round, long c, Optional<StreamMessage.SealedState> state, boolean last)
            implements ToEnclave {}

    @Kind("Pay")
    record Pay(int round, Wei total, Signature signature) implements ToEnclave {}

    @Kind("Sign")
    record Sign(int round) implements ToEnclave {}

    /// The session's keys.
    @Kind("Keys")
    record Keys(Bytes32 encKey, PublicKey sigKey) implements ToNode {}

    @Kind("Ready")
    record Ready(boolean needProgram) implements ToNode {}

    /// @param total after this round
    @Kind("Answer")
    record Answer(StreamMessage.Result result, Wei total) implements ToNode {}

    /// The key of a round, which is secret until its update is on disk: it is not printed.
    @Kind("Released")
    record Released(int round, Bytes32 k) implements ToNode {
        @Override
        public String toString() {
            return "Released[round=" + round + "]";
        }
    }

    @Kind("NotReleased")
    record NotReleased(int round, @Limit(MAX_WHY) String why) implements ToNode {
        public NotReleased {
            why = Line.of(why, MAX_WHY);
        }
    }

    /// There will be no further round.
    ///
    /// @param broken by this machine, not by the program: the round at work has no statement
    @Kind("Over")
    record Over(boolean broken, @Limit(MAX_WHY) String why) implements ToNode {
        public Over {
            why = Line.of(why, MAX_WHY);
        }
    }

    /// What the requester sent is refused.
    ///
    /// @param over whether the session cannot go on without it; else it stands as it did
    /// @param rule name of a {@link io.evenhand.protocols.metered.Rule}
    @Kind("Refused")
    record Refused(boolean over, String rule, @Limit(MAX_WHY) String why) implements ToNode {
        public Refused {
            why = Line.of(why, MAX_WHY);
        }
    }
}
