package io.evenhand.delegation.message;

import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;

/// The stamper that both sides agree on (decisions 15): who runs it, how it is attested, and the
/// stamp key it made for this one exchange.
///
/// @param endpoint `host:port` where it listens; its TLS key must be `key`
/// @param profile attestation profile; `software` protects nothing against the machine's owner
public record StamperRef(
        PartyId key, Operator operator, String profile, String endpoint, PublicKey stampKey) {
    /// Who owns the stamper's machine. Never the customer, who would see the work before paying.
    public enum Operator {
        PROVIDER,
        THIRD
    }
}
