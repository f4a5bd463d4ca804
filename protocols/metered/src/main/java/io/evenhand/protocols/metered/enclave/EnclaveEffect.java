package io.evenhand.protocols.metered.enclave;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.message.StreamMessage.Result;

/// What an enclave does.
public sealed interface EnclaveEffect {
    /// Get the program ready.
    record Load() implements EnclaveEffect {}

    /// Tell the host that rounds may run.
    record Ready() implements EnclaveEffect {}

    /// Run the program, then {@link EnclaveInput.Ran} or {@link EnclaveInput.Broken}.
    record Execute(Octets state, long c) implements EnclaveEffect {}

    /// @param total after this round
    record Answer(Result result, Wei total) implements EnclaveEffect {}

    /// Gives the host a key, for the update that pays for it.
    record Release(int round, Bytes32 k) implements EnclaveEffect {}

    record Refuse(Fault why) implements EnclaveEffect {}

    /// The session has no further round.
    record End() implements EnclaveEffect {}
}
