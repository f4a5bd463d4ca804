package io.evenhand.simulation.delegation;

/// What a mutant's surroundings (jobs, wallet, store, cryptography) do wrong.
enum Flaw {
    /// A lock compares its first address only (D12).
    ONE_ADDRESS,
    /// Seals are not in PSK mode (D19).
    NO_PSK_IN_SEAL,
    /// The stamper draws the seal's randomness and the provider delivers what it gets (D1).
    STAMPER_DRAWS_SEED,
    /// The stamper seals with the psk that came with the try (decisions 4).
    PSK_FROM_TRY,
    /// Policy and sealing pass read the work separately, from bytes the provider serves (16b).
    TWO_READS,
    /// A claim is handed over for the first time at any time (10a).
    CLAIM_PAST_MARGIN,
    /// An open is signed anew whenever it is asked for (10b).
    OPEN_AGAIN,
    /// Transactions go out before state and outbox are stored (18).
    EFFECTS_FIRST,
    /// The fee of a waiting transaction is never raised (R3).
    FEE_STAYS,
    /// A provider draws its nonce, so a backup from before the offer leads to another one (16g).
    NONCE_DRAWN,
    /// The stamper's keys are in its backup (12).
    STAMP_KEY_IN_BACKUP,
    /// The work key served an earlier exchange, so its secret is on the chain (D13).
    WORK_KEY_REUSED,
    /// A claim is tried out on a node (eth_call) before the wallet looks at the margin (R4, 11).
    SECRET_IN_CALL,
    /// A deposit counts wherever somebody reports it, whatever contract that is (16e).
    EVENT_TRUSTED,
    /// The customer asks for a claim window in which no claim is possible (D9).
    SHORT_WINDOW
}
