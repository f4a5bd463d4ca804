package io.evenhand.simulation.metered;

/// What a mutant's surroundings (disk, account, meter, cryptography, edge) do wrong.
enum Flaw {
    /// The xid names both nonces and nothing else of the Terms (G8).
    XID_WITHOUT_TERMS,
    /// States are named without the psk (A4).
    NAMES_WITHOUT_PSK,
    /// The key of a round opens it without the psk (A4).
    SEAL_WITHOUT_PSK,
    /// The enclave's evidence is taken as it is (A21).
    EVIDENCE_UNCHECKED,
    /// Old ciphertexts go when a new session begins (F12).
    CIPHERTEXTS_DROPPED,
    /// An enclave is started again for a number that was used, after a restart (G5).
    HELLO_TWICE,
    /// A round is charged by the program's own word (F4).
    CHARGED_BY_D,
    /// The fuel of load, state and output is not counted (F4).
    CALLS_FREE,
    /// A fault of the machine in a guest call costs the identity nothing (G3).
    MACHINE_FAULT_FREE,
    /// Each channel has an account of its own (F7).
    ACCOUNT_PER_CHANNEL,
    /// A new session forgets what the ones before owe (G4).
    DEBT_DROPPED,
    /// The account grants whatever is asked for (G2).
    NO_LIMIT,
    /// The price of a session is in no reserve (G2).
    SESSION_UNRESERVED,
    /// A round that a new session ends costs the identity nothing.
    BROKEN_OFF_FREE,
    /// The deposit is read at the tip of the chain (A11).
    NO_FINALITY,
    /// The payee closes as late as it likes (A11, A15).
    NO_MARGIN,
    /// A payee's Close holds from the first moment on (F8).
    CLOSE_ANY_TIME,
    /// The update is on disk without its key (F3).
    KEY_NOT_FLUSHED,
    /// The enclave's keys are in its host's store, and a restart goes on with them (G5).
    ENCLAVE_ON_DISK,
    /// A statement does not say from which state the round went (A2), which comes in the clear.
    INPUT_UNNAMED,
    /// What waited to be flushed is answered after its session is over (G5).
    LATE_UPDATE,
    /// A requester that was put back asks no more than it knows (F11): it opens the channel again.
    OPENS_AGAIN
}
