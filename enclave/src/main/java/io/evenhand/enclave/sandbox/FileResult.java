package io.evenhand.enclave.sandbox;

import io.evenhand.kit.value.Octets;

/// What a program made of a user's file, or of a state.
public sealed interface FileResult {
    /// It made this: a state of a file, or a file of a state.
    record Made(Octets bytes) implements FileResult {}

    /// It refuses its input; what a code means is in {@link RefusalCode} or in the program's page.
    record Refused(int code) implements FileResult {}

    /// It ended in a fault, as in a round.
    record Faulted(Round.End end) implements FileResult {}
}
