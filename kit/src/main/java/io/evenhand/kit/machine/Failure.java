package io.evenhand.kit.machine;

/// A final state of an exchange that failed, with the reason.
public interface Failure {
    Refusal why();
}
