package io.evenhand.protocols.delegation;

/// The deadlines a role waits for; setting one again replaces it.
public enum Timer {
    WORK,
    FUND
}
