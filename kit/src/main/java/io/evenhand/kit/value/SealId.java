package io.evenhand.kit.value;

/// The hash of a seal's header, which commits to every byte of the ciphertext.
public record SealId(Bytes32 value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
