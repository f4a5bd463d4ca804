package io.evenhand.kit.value;

/// A handle to a secret that only the node's key store (or the explorer's table) can turn into
/// bytes.
///
/// States, inputs and effects hold handles, never secrets, so printing or storing them gives
/// nothing away.
public record KeyId(Bytes32 value) {
    @Override
    public String toString() {
        return "key:" + value.toString().substring(0, 8);
    }
}
