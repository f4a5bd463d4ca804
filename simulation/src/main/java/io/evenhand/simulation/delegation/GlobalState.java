package io.evenhand.simulation.delegation;

/// The state of all parties and the chain: the places of its nine numbers, and the bits of its
/// flags.
final class GlobalState {
    /// States of customer, provider and stamper stand at 0, 1 and 2, as in {@link Role}.
    static final int ASKED = 3;

    /// Transactions that are asked for and not carried out.
    static final int PUBLISHED = 4;

    static final int CHAIN = 5;
    static final int KNOWN = 6;
    static final int FLAGS = 7;

    /// 0: none taken; 1 + number of the {@link Backup}; {@link #USED}.
    static final int BACKUP = 8;

    static final int WIDTH = 9;
    static final int USED = -1;

    /// Three bits: reorgs left.
    static final int REORGS = 0x7;

    /// A party that owes a transaction may sleep for so many more blocks.
    static final int ONE_OUTAGE = 0x8;

    static final int OUTAGES = 0x78;
    static final int FEES_HIGH = 0x80;
    static final int FEES_MAY_RISE = 0x100;

    /// The journals say that the customer's open, or the provider's claim, was handed to a node.
    static final int OPEN_HANDED = 0x200;

    static final int CLAIM_HANDED = 0x400;

    /// The work key left the process before the state that says so was stored (D-I12).
    static final int SECRET_BEFORE_FLUSH = 0x800;

    /// The customer was put back to a time before its delivery, or put back and then given up by
    /// its user: it may have forgotten a deposit.
    static final int FORGETFUL = 0x1000;

    /// The customer was put back.
    static final int RESTORED = 0x2000;

    private GlobalState() {}

    /// What a store held when the backup was made.
    record Backup(Role role, int state, int published, int journal) {}

    /// Facts (as bits of {@link io.evenhand.simulation.symbolic.Knowledge}) that parties hold
    /// beside published keys, statements honest parties signed, and works the stamper judged.
    ///
    /// @param outside what everybody may have: leaked ciphertexts
    record Known(long customer, long provider, long outside, long signed, long judged) {}

    static int journal(Role role) {
        return switch (role) {
            case CUSTOMER -> OPEN_HANDED;
            case PROVIDER -> CLAIM_HANDED;
            case STAMPER -> 0;
        };
    }
}
