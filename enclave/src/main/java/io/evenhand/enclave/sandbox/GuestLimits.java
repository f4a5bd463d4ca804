package io.evenhand.enclave.sandbox;

/// What a module may have and use. A module beyond one of these is refused before it runs; a run
/// beyond one of them has failed.
///
/// The counts are several times what compilers make of the largest module allowed.
public final class GuestLimits {
    /// Bytes of a module: it travels inside the policy's text, and a checker is code, not data;
    /// tables and models belong in the hidden data.
    public static final int MAX_MODULE = 128 * 1024;

    /// Units of fuel: at a few nanoseconds each, more cannot be used within the wall-clock limit.
    public static final long MAX_FUEL = 100_000_000_000L;

    /// Pages of 64 KiB: 64 MiB, so that the guests at work together fit the heap of a stamper.
    public static final int MAX_PAGES = 1024;

    static final int PAGE = 1 << 16;
    static final int MAX_TYPES = 1024;

    /// The engine splits its dispatch of indirect calls above 1024 and then makes code that Java
    /// refuses; three functions and the imports are added.
    static final int MAX_FUNCTIONS = 1000;

    /// A Java method takes at most 255 words, and the engine adds two.
    static final int MAX_PARAMS = 64;

    /// Of one function, parameters included: a Java method has at most 65,535 words.
    static final int MAX_LOCALS = 4096;

    /// Blocks within blocks: the engine's validator and compiler keep a frame for each.
    static final int MAX_NESTING = 256;

    /// Blocks of one function: reading takes the engine the square of it.
    static final int MAX_LABELS = 2048;

    /// Operands on the stack of one function; compilers need a few dozen.
    static final int MAX_OPERANDS = 1024;

    /// (Locals and operands) times blocks, of all functions together: the engine keeps as many
    /// types while it compiles. Compilers make a tenth of it of the largest module.
    static final int MAX_CELLS = 1 << 21;

    /// Bytes of Java code, as {@link BodyMeasure} counts them: a Java method has at most 65,535,
    /// and what does not fit would be interpreted, a hundred times slower for the same fuel.
    static final int MAX_JAVA_METHOD = 65_000;

    /// The same of all functions together: what the engine makes of them has to fit the space for
    /// classes of a guest host. Compilers make half of it of the largest module.
    static final int MAX_JAVA_CODE = 1 << 23;

    static final int MAX_TABLE = 65_536;
    static final int MAX_GLOBALS = 1024;
    static final int MAX_EXPORTS = 1024;
    static final int MAX_SEGMENTS = 1024;

    /// Bytes of an import's or export's name.
    static final int MAX_NAME = 512;

    /// Words that all frames of a guest may take together, as {@link Meter} counts them. Ordinary
    /// recursion of 10,000 calls fits.
    static final int MAX_STACK_WORDS = 1 << 22;

    /// Bytes of the guest's thread stack: eight for each word, as much again for what the engine
    /// adds, and room for the host. It is address space; only what is used becomes memory.
    public static final long STACK_BYTES = MAX_STACK_WORDS * 24L;

    /// Bytes of a program's module, which travels by itself in parts: models are inside.
    public static final int MAX_PROGRAM_MODULE = 4 << 20;

    /// Pages of 64 KiB of a program: 256 MiB.
    public static final int MAX_PROGRAM_PAGES = 4096;

    /// Bytes of all functions of a program, so that the rest of its module is data: the engine
    /// keeps some hundred bytes for each instruction while it compiles.
    static final int MAX_PROGRAM_CODE = 512 * 1024;

    /// As {@link #MAX_JAVA_CODE}, for a program. Code that is made to come close to it takes the
    /// engine 2 s, 300 MiB of heap and 30 MiB of its space for classes.
    static final int MAX_PROGRAM_JAVA_CODE = 1 << 24;

    private GuestLimits() {}
}
