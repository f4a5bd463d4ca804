package io.evenhand.enclave.client;

import io.evenhand.protocols.metered.message.Limits;

/// How much heap an enclave gets, in MiB, so that a program within its limits finds all that it may
/// use.
///
/// ```
/// memory    pages, and as many again while it grows
/// module    its bytes, several times, and what compiling takes
/// round     state and output: as they come, run, are compared, deflated, sealed and sent
/// window    what is sealed and not paid for
/// ```
public final class EnclaveHeap {
    /// Keys, buffers, the young generation, and compiling: the most Java code that a module may
    /// become takes 75 MiB, whatever the module's own length.
    private static final long OWN = 128L << 20;

    private static final long PAGE = 1 << 16;

    /// Copies of a module: in its frame, decoded, encoded again, opened, in parts, metered, parsed.
    private static final long MODULE = 12;

    /// Copies of a state: in its frame, decoded, encoded again, opened, before and after a round,
    /// their difference.
    private static final long STATE = 12;

    /// Copies of an output: taken, in a payload, sealed, in its frame.
    private static final long OUTPUT = 8;

    private EnclaveHeap() {}

    /// @param window rounds that may be signed and not opened; one more may be executed (G2)
    public static int mib(Limits limits, int window) {
        long round = (long) limits.stateBytes() + limits.outputBytes();
        long bytes =
                OWN
                        + 2 * PAGE * limits.pages()
                        + MODULE * limits.moduleBytes()
                        + STATE * limits.stateBytes()
                        + OUTPUT * limits.outputBytes()
                        + (window + 1L) * (round + round / 8);
        return Math.toIntExact(Math.ceilDiv(bytes, 1L << 20));
    }
}
