package io.evenhand.ledger.evm;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The escrow contract that this release knows, as the contracts' build left it.
public final class EscrowCode {
    /// EIP-170 allows 24 KiB.
    private static final int MAX_BYTES = 64 << 10;

    private static final Bytes32 HASH = Bytes32.parse(read("Escrow.codehash"));

    private EscrowCode() {}

    /// Keccak-256 of the code that must stand at the contract's address, the same on every chain
    /// (D17).
    public static Bytes32 hash() {
        return HASH;
    }

    /// Whether that code stands at an address, as far as this endpoint says.
    public static boolean standsAt(JsonRpc rpc, Address contract) {
        return standsAt(rpc, contract, HASH);
    }

    static boolean standsAt(JsonRpc rpc, Address contract, Bytes32 hash) {
        byte[] code = rpc.call("eth_getCode", contract.toString(), "latest").data(MAX_BYTES);
        return Bytes32.of(Hashes.keccak256(code)).equals(hash);
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
