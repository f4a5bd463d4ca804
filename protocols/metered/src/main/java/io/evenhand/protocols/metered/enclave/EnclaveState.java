package io.evenhand.protocols.metered.enclave;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.protocols.metered.message.Terms;
import java.util.List;
import java.util.Optional;

/// Where an enclave's session stands. In memory only: what a restart ends, nothing brings back.
public sealed interface EnclaveState {
    /// Has keys; waits for the psk, once in its life (F9).
    ///
    /// @param base by the host's word, which the requester's must equal
    record Fresh(Terms terms, Bytes32 xid, int number, int rounds, Wei base)
            implements EnclaveState {}

    /// Has the psk; waits for the program.
    record Provisioned(Fresh fresh, KeyId psk, Bytes32 header) implements EnclaveState {}

    /// Runs rounds.
    ///
    /// @param executed rounds that have a statement
    /// @param state that the last one ended with
    /// @param outState its name
    /// @param previous hash of the last statement
    /// @param total after the last round
    /// @param unpaid rounds executed whose key is not released
    /// @param running the round at work
    record Ready(
            Fresh fresh,
            KeyId psk,
            int executed,
            Octets state,
            Bytes32 outState,
            Bytes32 previous,
            Wei total,
            List<Made> unpaid,
            Optional<Running> running)
            implements EnclaveState {
        public Ready {
            unpaid = List.copyOf(unpaid);
        }
    }

    /// After a fault of the program, or of this machine. What is unpaid may still be paid.
    ///
    /// @param why empty if the program's own fault ended it
    record Over(Ready last, Optional<Fault> why) implements EnclaveState {}

    /// Refused its psk or program: there is nothing to pay.
    record Refused(Fault why) implements EnclaveState {}

    /// @param inState name of the state it began with
    /// @param before that state
    /// @param sign whether its statement is to be signed
    record Running(int round, long c, Bytes32 inState, Octets before, boolean sign) {}

    /// A round that was executed.
    ///
    /// @param total after it
    record Made(RoundStatement statement, Result result, Wei total) {}
}
