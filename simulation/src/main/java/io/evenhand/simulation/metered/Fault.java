package io.evenhand.simulation.metered;

/// What a scenario lets happen beside delay, which always may.
enum Fault {
    /// The connection is cut, and what was under way is lost.
    CUT,
    /// The requester's process is killed; of what waits to be flushed any part is on disk.
    CRASH_REQUESTER,
    /// The same at the node, whose enclave dies with it.
    CRASH_NODE,
    /// The requester is put back to a backup.
    RESTORE_REQUESTER,
    /// The node is put back to a backup.
    RESTORE_NODE,
    /// The requester moves on from a node that says nothing.
    SILENCE,
    /// The requester wants no more, at any moment.
    STOP,
    /// The requester puts in more.
    TOP_UP,
    /// The machine of the node breaks while a program runs (G3).
    MACHINE_FAULT,
    /// The program says that it did nothing, works in `load`, or fails (F4).
    BAD_PROGRAM,
    /// The channel is not open yet.
    UNFUNDED,
    /// The node gave a tower a Close of an older update, and the tower is bribed (F8).
    BRIBED_TOWER,
    /// The node's enclave is broken: its owner has all that is in it (A-I10).
    ENCLAVE_BROKEN,
    /// The payer is a contract that refuses coin.
    PAYER_REFUSES,
    /// The identity owes on another channel.
    OTHER_CHANNEL,
    /// The node closes as soon as it has an update.
    CLOSES_EARLY,
    /// The dishonest node runs everything as it should, and says only what it likes of it.
    ONLY_WITHHOLDS,
    /// A window is one round: the paper's protocol.
    WINDOW_OF_ONE,
    /// No block is made: what a close would give is told from the state.
    NO_BLOCKS,
    /// Nothing is delayed: time passes only when nobody honest has anything left to do.
    NONE_DELAYED
}
