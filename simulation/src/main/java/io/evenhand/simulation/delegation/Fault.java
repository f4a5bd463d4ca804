package io.evenhand.simulation.delegation;

/// What a scenario lets happen beside delay, loss, repetition and reordering, which always may.
enum Fault {
    /// An outsider sends every claim and refund it can, in its own name, and pushes coin into the
    /// contract.
    OUTSIDER,
    /// Processes start again at any moment.
    RESTART,
    /// Users give up.
    GIVE_UP,
    /// The first attempt of the work may fail the policy.
    BAD_WORK,
    /// Jobs fail.
    JOBS_FAIL,
    /// Fees rise above a twentieth of the wage and fall again, once.
    FEE_SPIKE,
    /// The provider's payee is a contract that refuses coin.
    PAYEE_REFUSES,
    /// A node crashes after it handed a transaction over and before it noted that.
    CRASH_AFTER_SENDING,
    /// The customer is put back to a backup, taken from `Fetching` on.
    RESTORE_CUSTOMER,
    /// The provider is put back to a backup, taken from `Accepted` on.
    RESTORE_PROVIDER,
    /// The provider is put back to a backup from before the offer, while it knows of no deposit,
    /// and hears the old offer again.
    RESTORE_IDLE_PROVIDER,
    /// The same as {@link #RESTORE_PROVIDER}, taken from `Confirming` on.
    RESTORE_REVEALING_PROVIDER,
    /// The customer is put back to a backup from before the delivery, taken from `AskingStampKey`
    /// on. Such a backup knows of no deposit: what it left in the contract comes back by a look at
    /// the account's deposits (`refund --lost`).
    RESTORE_EARLY_CUSTOMER,
    /// The stamper is put back to a backup, taken from `Keyed` on.
    RESTORE_STAMPER,
    /// After a restore there may be another backup and another restore, of anybody, without end.
    RESTORE_AGAIN,
    /// A dishonest customer also opens, and says it opened, deals with one thing wrong, or the
    /// right one elsewhere.
    WRONG_DEALS,
    /// Nothing is delayed: time passes only when nobody honest has anything left to do.
    NONE_DELAYED
}
