package io.evenhand.protocols.delegation.message;

import io.evenhand.kit.value.PartyId;

/// The stamper that both sides agree on (decisions 15): who runs it and how it is attested.
///
/// @param endpoint `host:port` where it listens; its TLS key must be `key`
/// @param profile attestation profile; `software` protects nothing against the machine's owner
public record StamperRef(PartyId key, Operator operator, String profile, String endpoint) {
    /// Who owns the stamper's machine. Never the customer, who would see the work before paying.
    public enum Operator {
        PROVIDER,
        THIRD
    }
}
