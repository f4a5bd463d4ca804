package io.evenhand.kit.value;

/// The key of one deal in the escrow contract, computed from all of its fields.
public record DealId(Bytes32 value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
