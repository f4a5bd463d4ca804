package io.evenhand.ledger.evm;

import java.util.Arrays;

/// The bytes of a call or of a signed transaction. They may hold a key (a claim does), so they
/// print as a length only.
public final class CallData {
    /// A transaction above this is refused by every node (EIP-7825 and pool limits).
    public static final int MAX_BYTES = 128 << 10;

    /// The same as hex text.
    static final int MAX_HEX = 2 * MAX_BYTES + 2;

    private final byte[] bytes;

    private CallData(byte[] bytes) {
        this.bytes = bytes;
    }

    public static CallData of(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a transaction carries at most 128 KiB, got " + bytes.length + " bytes");
        }
        return new CallData(bytes.clone());
    }

    /// Gives the bytes up, with the secret that may be in them.
    public byte[] expose() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CallData data && Arrays.equals(bytes, data.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
