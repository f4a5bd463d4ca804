package io.evenhand.ledger.evm;

/// When a block counts as final: decisions about money are taken on final blocks only (R1).
public sealed interface FinalityPolicy {
    /// What the chain itself calls final; right for Ethereum since the merge.
    record Tag() implements FinalityPolicy {}

    /// Final once `blocks` newer blocks stand on it; right for test chains and chains without a
    /// finality rule.
    record Depth(int blocks) implements FinalityPolicy {
        /// The watcher keeps this many headers behind the tip at least.
        public static final int MAX = 200;

        public Depth {
            if (blocks < 0 || blocks > MAX) {
                throw new IllegalArgumentException(
                        "a finality depth is 0 to " + MAX + " blocks, got " + blocks);
            }
        }
    }

    static FinalityPolicy tag() {
        return new Tag();
    }

    static FinalityPolicy depth(int blocks) {
        return new Depth(blocks);
    }
}
