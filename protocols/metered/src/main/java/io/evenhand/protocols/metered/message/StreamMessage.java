package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.text.Line;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import java.util.Optional;

/// One message on the stream of a channel (spec-metered H). Either side may say everything again
/// after a break; nothing of it goes through the outbox.
///
/// What both sides know is left out, such as most of a statement: the receiver fills it in.
public sealed interface StreamMessage {
    /// Bytes: a difference is no longer than a state and an output, with what seals add.
    int MAX_SEALED = Limits.MAX_STATE + Limits.MAX_OUTPUT + (Limits.MAX_STATE >> 3) + 1024;

    /// The first message on a connection: which channel it is about.
    @Kind("Attach")
    record Attach(Bytes32 xid) implements StreamMessage {}

    /// The answer: what the node has. Session 0 is none.
    @Kind("At")
    record At(int number, int executed, int durable, Wei owed) implements StreamMessage {}

    /// S4, requester.
    @Kind("Session")
    record Session(Opening opening) implements StreamMessage {}

    /// S4, node.
    @Kind("Hello")
    record SignedHello(Hello hello, Signature signature) implements StreamMessage {}

    /// S4, requester: header, signature and psk, sealed to the enclave.
    @Kind("Provision")
    record Provision(int number, @Limit(1024) Octets sealed) implements StreamMessage {}

    /// S4, node: the enclave has the psk.
    @Kind("Ready")
    record Ready(int number, boolean needProgram) implements StreamMessage {}

    /// S4, requester: the module, sealed under the psk.
    @Kind("Program")
    record Program(int number, Bytes32 salt, @Limit(Limits.MAX_MODULE + 16) Octets sealed)
            implements StreamMessage {}

    /// A state for the enclave (F10).
    ///
    /// @param salt fresh for every sealing
    record SealedState(Bytes32 salt, @Limit(Limits.MAX_STATE + 16) Octets ciphertext) {}

    /// X1, requester: go on to a round, c cycles each.
    ///
    /// @param from the round after the last one asked for
    /// @param state to begin with; else the round goes on from the last one (A28)
    @Kind("Run")
    record Run(int number, int from, int upTo, long c, Optional<SealedState> state)
            implements StreamMessage {}

    /// X2, node: a round's statement and what it gives, sealed.
    @Kind("Result")
    record Result(
            int round,
            long d,
            long charged,
            End end,
            Bytes32 outState,
            Bytes32 lock,
            Bytes32 mac,
            Optional<Signature> signature,
            @Limit(MAX_SEALED) Octets ciphertext)
            implements StreamMessage {}

    /// X3, requester: pays for everything up to this round.
    @Kind("Update")
    record Update(int number, int round, Wei total, Signature signature) implements StreamMessage {}

    /// X4, node: opens everything up to this round.
    @Kind("Key")
    record Key(int round, Bytes32 k) implements StreamMessage {}

    /// Requester: have this round's statement signed; answered by its result.
    @Kind("Sign")
    record Sign(int number, int round) implements StreamMessage {}

    /// Requester: start no further round.
    @Kind("Stop")
    record Stop() implements StreamMessage {}

    /// Node: that session is over, or is not to be had.
    ///
    /// @param highest number used so far
    /// @param pair newest update the node can close with; none while it closes
    @Kind("Ended")
    record Ended(int highest, Optional<Pair> pair, Wei owed) implements StreamMessage {}

    /// Advisory: the sender goes no further.
    @Kind("Refuse")
    record Refuse(@Limit(MAX_CODE) String code, @Limit(MAX_TEXT) String text)
            implements StreamMessage {
        static final int MAX_CODE = 64;
        static final int MAX_TEXT = 1024;

        public Refuse {
            code = Line.of(code, MAX_CODE);
            text = Line.of(text, MAX_TEXT);
        }
    }
}
