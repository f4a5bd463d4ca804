package io.evenhand.node.peer;

/// Whom a server serves.
public sealed interface AdmissionPolicy {
    /// Keys that were let in with an invite, and no others.
    record KnownKeys() implements AdmissionPolicy {}

    /// Any key; those that were not let in are guests, with places of their own.
    record AnyKey(GuestQuota guests) implements AdmissionPolicy {}
}
