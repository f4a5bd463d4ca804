package io.evenhand.kit.machine;

/// A final state of an exchange that came to nothing, with the reason.
public interface Failure {
    Refusal why();
}
