package io.evenhand.ledger.evm;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import com.esaulpaugh.headlong.util.Integers;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.RecoverableSignature;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import java.math.BigInteger;

/// A wallet key: pays for transactions and signs nothing else (decisions 1). Prints as its address.
public final class Wallet {
    private final Secret32 key;
    private final Address address;

    public Wallet(Secret32 key) {
        this.key = key;
        this.address = Secp256k1.evmAddress(Secp256k1.publicKey(key));
    }

    public Address address() {
        return address;
    }

    /// Signs; the same transaction always gives the same bytes (RFC 6979).
    public SignedTransaction sign(Unsigned transaction) {
        RecoverableSignature signature = Secp256k1.signRecoverable(transaction.signingHash(), key);
        byte[] raw = transaction.encode(signature);
        return new SignedTransaction(Bytes32.of(Hashes.keccak256(raw)), CallData.of(raw));
    }

    /// Where a contract will stand that `sender` creates at `nonce`.
    static Address contractAddress(Address sender, long nonce) {
        byte[] encoded = RLPEncoder.list(sender.toByteArray(), Integers.toBytes(nonce));
        return Address.of(Hashes.keccak256(encoded), 12, 20);
    }

    @Override
    public String toString() {
        return address.toString();
    }

    /// A transaction ready to be sent: the bytes and their name.
    public record SignedTransaction(Bytes32 hash, CallData raw) {}

    /// Fees per unit of gas: the most that is paid in all, and the part of it that goes to the
    /// block's producer.
    public record Fee(BigInteger maxPerGas, BigInteger tipPerGas) {
        public Fee {
            if (tipPerGas.signum() < 0 || tipPerGas.compareTo(maxPerGas) > 0) {
                throw new IllegalArgumentException("a tip is at least 0 and at most the whole fee");
            }
        }
    }
}
