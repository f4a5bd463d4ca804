package io.evenhand.kit.sign;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Address;
import java.nio.charset.StandardCharsets;

/// Addresses as people copy them: letters in both cases are a checksum (EIP-55), letters in one
/// case hold none.
public final class Eip55 {
    private Eip55() {}

    /// Reads 40 hex digits after an optional `0x`; a wrong checksum is a typing error that would
    /// send money to nobody.
    public static Address parse(String text) {
        String given = text.strip();
        Address address = Address.parse(given);
        String digits = given.substring(given.length() - 40);
        boolean mixed = digits.matches(".*[a-f].*") && digits.matches(".*[A-F].*");
        if (mixed && !digits.equals(format(address).substring(2))) {
            throw new MalformedException(
                    "the address "
                            + given
                            + " has a wrong checksum (EIP-55); copy it again, whole");
        }
        return address;
    }

    /// `0x` and 40 hex digits, with the checksum.
    public static String format(Address address) {
        String lower = address.toString().substring(2);
        byte[] hash = Hashes.keccak256(lower.getBytes(StandardCharsets.US_ASCII));
        StringBuilder text = new StringBuilder("0x");
        for (int i = 0; i < lower.length(); i++) {
            int nibble = hash[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15;
            char c = lower.charAt(i);
            text.append(nibble >= 8 ? Character.toUpperCase(c) : c);
        }
        return text.toString();
    }
}
