package io.evenhand.enclave.client;

import io.evenhand.enclave.metered.EnclaveFrame;

/// Hears an enclave, one thing after the other.
public interface EnclaveListener {
    void said(EnclaveFrame.ToNode frame);

    /// The last that is heard of it, unless it was {@link EnclaveProcess#end ended} by its node.
    void gone(EnclaveEnd why);
}
