package io.evenhand.protocols.metered.enclave;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Provisioning;
import java.util.Optional;

/// What its host asks an enclave, and what its program gives.
public sealed interface EnclaveInput {
    /// The psk came, opened with the enclave's own key.
    ///
    /// @param hello as the host signed it
    /// @param keys whether the keys in it are this enclave's
    /// @param psk handle of the psk
    /// @param pskId its name, computed from it
    record Provision(
            Hello hello,
            boolean keys,
            Provisioning header,
            Signature signature,
            KeyId psk,
            Bytes32 pskId)
            implements EnclaveInput {}

    /// The program of the Terms is here and fit to run.
    record Loaded() implements EnclaveInput {}

    /// @param round the one after the last
    /// @param state to begin with, opened; else the last one
    /// @param sign whether it is the last of what was asked for
    record Run(int round, long c, Optional<Octets> state, boolean sign) implements EnclaveInput {}

    /// The program came to an end that is its own.
    record Ran(End end, long d, long charged, Octets state, Octets output)
            implements EnclaveInput {}

    /// The round ended in a way that depends on this machine: there is no statement (F5).
    record Broken(String why) implements EnclaveInput {}

    /// An update: what it pays for is released.
    record Pay(int round, Wei total, Signature signature) implements EnclaveInput {}

    record Sign(int round) implements EnclaveInput {}
}
