package io.evenhand.kit.value;

/// A party: its Ed25519 public key, which is the key of its TLS certificate and signs its
/// statements.
public record PartyId(Bytes32 value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
