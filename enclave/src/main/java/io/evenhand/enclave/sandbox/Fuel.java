package io.evenhand.enclave.sandbox;

/// What things cost, in units of fuel. One unit is a simple instruction, a few nanoseconds.
///
/// The figures are such that no module gets more than three times the processor time of a median
/// one for its fuel; `evenhand bench fuel` measures it. They are part of what the Terms mean:
/// another one is another version of the policy.
final class Fuel {
    /// Entering a function, and as much more as it has locals, which are set to zero.
    static final int ENTRY = 4;

    /// Bytes of Java code above which everything in a function costs {@link #SLOW} times as much:
    /// Java's own compilers take large methods late or not at all.
    static final int LARGE_FUNCTION = 12_000;

    static final int SLOW = 4;

    /// Any instruction without a line below; `else` and `end` are paid where they are entered.
    private static final int INSTRUCTION = 1;

    /// A jump, or a block, after which the fuel is counted anew.
    private static final int BORDER = 3;

    /// A block that has such a border on both sides.
    private static final int TWO_BORDERS = 5;

    private static final int GLOBAL = 3;

    /// A load of a module whose memory fits the cache of a processor's core.
    private static final int LOAD = 6;

    /// A load that may miss all caches and the tables of pages.
    private static final int FAR_LOAD = 44;

    /// Pages of memory, a MiB in all, above which a load costs {@link #FAR_LOAD}.
    static final int NEAR_PAGES = 16;

    /// Integer division.
    private static final int DIVISION = 8;

    /// Float arithmetic, whose NaN is made canonical.
    private static final int FLOAT = 4;

    /// Division and square root of floats.
    private static final int ROOT = 8;

    /// Conversion that saturates: the engine looks at every bound.
    private static final int SATURATING = 4;

    /// Calling a function of the module's own, besides its entry.
    private static final int CALL = 44;

    private static final int CALL_INDIRECT = 44;

    /// Filling, copying or growing, besides the bytes.
    private static final int BULK = 16;

    /// Bytes that memory.copy, memory.fill, memory.init and memory.grow handle for one unit, and
    /// that reading hands over.
    static final int BYTES_SHIFT = 3;

    /// Reading from the work or the hidden data, besides its bytes: the way out of the sandbox. A
    /// leaf that is fetched for it costs one unit a byte more: it comes from another process and is
    /// hashed.
    static final int READ = 500;

    private Fuel() {}

    /// The cost of an instruction but for the bytes it handles.
    ///
    /// @param pages the most that the module's memory may have
    static int of(int op, int pages) {
        return switch (op) {
            case Op.ELSE, Op.END -> 0;
            case Op.BLOCK, Op.BR, Op.BR_IF, Op.BR_TABLE, Op.RETURN -> BORDER;
            case Op.LOOP, Op.IF -> TWO_BORDERS;
            case Op.GLOBAL_GET, Op.GLOBAL_SET -> GLOBAL;
            case Op.CALL -> CALL;
            case Op.CALL_INDIRECT -> CALL_INDIRECT;
            case Op.MEMORY_GROW, Op.MEMORY_INIT, Op.MEMORY_COPY, Op.MEMORY_FILL -> BULK;
            case 0x6d, 0x6e, 0x6f, 0x70, 0x7f, 0x80, 0x81, 0x82 -> DIVISION;
            case 0x91, 0x95, 0x9f, 0xa3 -> ROOT;
            case Op.MORE, Op.MORE + 1, Op.MORE + 2, Op.MORE + 3 -> SATURATING;
            case Op.MORE + 4, Op.MORE + 5, Op.MORE + 6, Op.MORE + 7 -> SATURATING;
            default ->
                    op >= 0x28 && op <= 0x35 ? load(pages) : Op.isFloat(op) ? FLOAT : INSTRUCTION;
        };
    }

    private static int load(int pages) {
        return pages > NEAR_PAGES ? FAR_LOAD : LOAD;
    }
}
