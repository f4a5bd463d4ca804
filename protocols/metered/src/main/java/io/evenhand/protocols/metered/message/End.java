package io.evenhand.protocols.metered.message;

/// How a round ended (spec-metered A26, F5, G9). What depends on the machine is no end: there is no
/// statement then.
public enum End {
    /// All cycles were done; there may be more.
    MORE,
    /// The program did fewer cycles than it was asked for: there is nothing left to do.
    DONE,
    /// Faults: the state is unchanged and the session over.
    TRAP,
    FUEL,
    CALL_FUEL,
    FRAMES,
    ABI,
    LOAD;

    public boolean fault() {
        return this != MORE && this != DONE;
    }
}
