package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The escrow contract that this release knows, as the contracts' build left it.
public final class EscrowCode {
    private static final Bytes32 HASH = Bytes32.parse(read("Escrow.codehash"));

    private EscrowCode() {}

    /// Keccak-256 of the code that must stand at the contract's address, the same on every chain
    /// (D17).
    public static Bytes32 hash() {
        return HASH;
    }

    /// What a transaction that creates the contract carries.
    static CallData creation() {
        return CallData.of(Hex.parse(read("Escrow.bin")));
    }

    static String read(String name) {
        try (InputStream in = EscrowCode.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(
                        name + " is not in this program: build contracts/ first");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
