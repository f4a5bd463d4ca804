package io.evenhand.kit.value;

/// The identifier of one exchange: the hash of its Terms, which hold both parties' nonces (D22).
public record Xid(Bytes32 value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
