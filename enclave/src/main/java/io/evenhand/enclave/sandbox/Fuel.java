package io.evenhand.enclave.sandbox;

/// What things cost, in units of fuel. One unit is one instruction, a few nanoseconds.
///
/// The costs are part of what the Terms mean: another one is another version of the policy.
final class Fuel {
    /// Any instruction but `block`, `else`, `end` and `nop`-like ones below, which cost it too.
    static final int INSTRUCTION = 1;

    /// Entering a function, and as much more as it has locals, which are set to zero.
    static final int ENTRY = 2;

    /// Bytes that memory.copy, memory.fill, memory.init and memory.grow handle for one unit, and
    /// that reading hands over or hashes.
    static final int BYTES_SHIFT = 3;

    /// Reading from the work or the hidden data, besides its bytes: the way out of the sandbox.
    static final int READ = 500;

    private Fuel() {}
}
