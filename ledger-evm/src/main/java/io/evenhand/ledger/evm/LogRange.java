package io.evenhand.ledger.evm;

/// For how many blocks an endpoint gives logs at once: learnt by halving, remembered for all who
/// read there, and tried anew ever more rarely.
///
/// A refusal may be for the number of blocks, which stays, or for the number of logs in them, which
/// is another one elsewhere on the chain.
final class LogRange {
    /// What stingy endpoints still answer.
    static final long WIDEST = 1_000;

    /// Full answers before more is tried; twice as many each time it is refused again.
    private static final int FIRST_PATIENCE = 8;

    private static final int MOST_PATIENCE = 4_096;

    private long width = WIDEST;
    private int patience = FIRST_PATIENCE;
    private int answers;

    synchronized long width() {
        return width;
    }

    /// So many blocks were too many.
    synchronized void refused(long blocks) {
        if (blocks <= width) {
            width = Math.max(1, blocks / 2);
            patience = Math.min(MOST_PATIENCE, 2 * patience);
            answers = 0;
        }
    }

    /// So many blocks were answered. Fewer than could be asked for tell nothing.
    synchronized void answered(long blocks) {
        if (blocks >= width && width < WIDEST && ++answers >= patience) {
            width = Math.min(WIDEST, 2 * width);
            answers = 0;
        }
    }
}
