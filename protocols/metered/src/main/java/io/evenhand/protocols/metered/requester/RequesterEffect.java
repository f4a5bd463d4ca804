package io.evenhand.protocols.metered.requester;

import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import java.util.List;
import java.util.Optional;

/// What a requester does in a session.
public sealed interface RequesterEffect {
    record Say(StreamMessage message) implements RequesterEffect {}

    /// Flush the bytes of an opening before they are said (G5).
    record KeepOpening(Opening opening) implements RequesterEffect {}

    /// Check the enclave's evidence against the policy, draw a psk, seal it to the enclave.
    record CheckEvidence(Opening opening, StreamMessage.SignedHello hello)
            implements RequesterEffect {}

    /// Flush hello, psk and the provision's bytes before they are said (G5).
    record KeepProvision(
            StreamMessage.SignedHello hello,
            Provisioning header,
            KeyId psk,
            StreamMessage.Provision bytes)
            implements RequesterEffect {}

    /// Say the program, sealed under the psk.
    record SendProgram(int number, KeyId psk) implements RequesterEffect {}

    /// Flush every statement and ciphertext since the last flush and the update, in one
    /// transaction, before the update is said (A9, F12, G10).
    ///
    /// @param held rounds not flushed before
    /// @param opened last opened round, its state and its key: a state that is flushed makes the
    ///   ciphertexts before it needless (G10)
    record KeepRounds(
            int number, List<Held> held, StreamMessage.Update update, RequesterState.Opened opened)
            implements RequesterEffect {
        public KeepRounds {
            held = List.copyOf(held);
        }
    }

    /// A round is open: its state and output are the user's.
    record Give(Held round, Octets state, Octets output) implements RequesterEffect {}

    /// The session is over.
    ///
    /// @param why empty if all that was wanted is here and paid
    record End(Optional<Fault> why) implements RequesterEffect {}
}
