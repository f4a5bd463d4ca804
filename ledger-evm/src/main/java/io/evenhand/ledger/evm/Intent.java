package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import java.util.Optional;

/// A transaction that somebody wants to happen once, whatever nonce, fee and bytes that takes.
///
/// @param key names the request: the same key never leads to two transactions on the chain
/// @param to nothing creates a contract
/// @param gasLimit what the call needs at worst on Ethereum; a chain that wants more gets more
///   ({@link GasNeed})
/// @param maxTotalFee the most that all its gas may cost; the fee is raised up to this
/// @param handOverBy seconds since 1970 after which it is no longer handed to a node for the first
///   time; whatever was handed over before is followed (10a, R3)
/// @param secret the call gives a secret away
public record Intent(
        String key,
        Optional<Address> to,
        CallData data,
        Wei value,
        long gasLimit,
        Wei maxTotalFee,
        long handOverBy,
        boolean secret) {
    public static final int MAX_KEY_CHARS = 200;

    /// What EIP-7825 allows a transaction.
    public static final long MAX_GAS = 1L << 24;

    /// Hand over whenever a node is there.
    public static final long ANY_TIME = Long.MAX_VALUE;

    public Intent {
        if (key.isEmpty() || key.length() > MAX_KEY_CHARS) {
            throw new IllegalArgumentException(
                    "the key of a transaction has 1 to 200 characters, got " + key.length());
        }
        if (gasLimit < 21_000 || gasLimit > MAX_GAS) {
            throw new IllegalArgumentException("a gas limit is 21,000 to 2^24, got " + gasLimit);
        }
    }

    /// Whether it moves no money of ours into anything.
    public boolean isFree() {
        return value.value().signum() == 0;
    }

    public Intent withKey(String newKey) {
        return new Intent(newKey, to, data, value, gasLimit, maxTotalFee, handOverBy, secret);
    }

    public Intent withMaxTotalFee(Wei most) {
        return new Intent(key, to, data, value, gasLimit, most, handOverBy, secret);
    }

    public Intent withHandOverBy(long epochSecond) {
        return new Intent(key, to, data, value, gasLimit, maxTotalFee, epochSecond, secret);
    }

    /// Whether the other one asks for the same call; fee and time may differ.
    boolean sameCall(Intent other) {
        return key.equals(other.key)
                && to.equals(other.to)
                && data.equals(other.data)
                && value.equals(other.value)
                && gasLimit == other.gasLimit;
    }
}
