package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;

/// The Meter that this release knows, as the contracts' build left it.
public final class MeterCode {
    private static final Bytes32 HASH = Bytes32.parse(EscrowCode.read("Meter.codehash"));

    private MeterCode() {}

    /// Keccak-256 of the code that must stand at the contract's address, the same on every chain
    /// (D17).
    public static Bytes32 hash() {
        return HASH;
    }

    /// Whether that code stands at an address, as far as this endpoint says.
    public static boolean standsAt(JsonRpc rpc, Address contract) {
        return EscrowCode.standsAt(rpc, contract, HASH);
    }

    /// What a transaction that creates the contract carries.
    static CallData creation() {
        return CallData.of(Hex.parse(EscrowCode.read("Meter.bin")));
    }
}
