package io.evenhand.enclave.client;

/// Why an enclave is gone, for the operator. Whatever it was, its keys are gone with it.
public enum EnclaveEnd {
    /// It ended, or was ended by somebody else.
    DIED("the enclave ended"),
    OUT_OF_MEMORY("the enclave ran out of memory"),
    /// A round took longer than the Terms allow, or getting the program ready did.
    OVERDUE("the enclave took longer than it may"),
    /// What it said is no frame, or came out of turn.
    MALFORMED("the enclave speaks out of turn"),
    /// It does not read what it is told.
    DEAF("the enclave does not listen");

    private final String text;

    EnclaveEnd(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
