package io.evenhand.kit.sign;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Address;
import java.math.BigInteger;

/// The 32-byte words of Solidity's `abi.encode` for static types: numbers and addresses stand at
/// the right, after zeros.
public final class Words {
    private Words() {}

    /// An unsigned number of at most `bits` bits.
    public static byte[] uint(BigInteger value, int bits) {
        if (value.signum() < 0 || value.bitLength() > bits) {
            throw new MalformedException(value + " is not a uint" + bits);
        }
        byte[] bytes = value.toByteArray();
        byte[] word = new byte[32];
        int from = bytes[0] == 0 ? 1 : 0;
        System.arraycopy(bytes, from, word, 32 - (bytes.length - from), bytes.length - from);
        return word;
    }

    public static byte[] uint(long value, int bits) {
        return uint(BigInteger.valueOf(value), bits);
    }

    public static byte[] address(Address address) {
        byte[] word = new byte[32];
        System.arraycopy(address.toByteArray(), 0, word, 12, 20);
        return word;
    }
}
