package io.evenhand.enclave.metered;

import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.kit.value.Octets;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.message.Terms;

/// A program that is ready to run.
public interface ProgramHost {
    /// Runs a round from a state.
    ///
    /// @throws GuestAborted if this machine could not finish it: there is no statement
    EnclaveInput.Ran round(Octets state, long c) throws GuestAborted;

    /// Where programs come from.
    interface Source {
        /// Checks the module against the Terms and compiles it.
        ///
        /// @throws io.evenhand.kit.codec.MalformedException if it is not the program of the Terms,
        ///   or not fit to run
        /// @throws GuestAborted if this machine cannot hold it
        ProgramHost load(Terms terms, Octets module) throws GuestAborted;
    }
}
