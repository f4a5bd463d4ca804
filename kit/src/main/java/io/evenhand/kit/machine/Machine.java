package io.evenhand.kit.machine;

/// One role of a protocol: pure, without clock, randomness, network, file or thread.
///
/// The same object runs in the node and in the explorer.
public interface Machine<S, I, E> {
    Step<S, E> step(S state, I input);
}
