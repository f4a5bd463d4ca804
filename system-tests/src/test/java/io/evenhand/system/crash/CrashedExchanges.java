package io.evenhand.system.crash;

import java.io.IOException;

/// Exchanges of one protocol, in each of which the process of one party dies: what a sweep over
/// points in time plays.
public interface CrashedExchanges extends AutoCloseable {
    /// How an exchange ended.
    interface Ending {
        /// As its machines say, nothing twice, and nobody who kept the rules is worse off than the
        /// protocol lets him be.
        boolean good();
    }

    /// How many may go on side by side: one if the process that dies takes part in all exchanges.
    int sideBySide();

    /// Plays one exchange from its beginning to its end. Whoever died comes back.
    ///
    /// @param name no other exchange has it
    /// @param options of the virtual machine of the process that dies
    Ending play(String name, String options) throws Exception;

    @Override
    void close() throws IOException;
}
