package io.evenhand.ledger.evm;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import com.esaulpaugh.headlong.util.Integers;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.RecoverableSignature;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An unsigned transaction of type 2 (EIP-1559), without an access list.
///
/// @param to nothing creates a contract
record Eip1559(
        long chainId,
        long nonce,
        Wallet.Fee fee,
        long gasLimit,
        Optional<Address> to,
        Wei value,
        CallData data)
        implements Unsigned {
    static final byte TYPE = 2;

    @Override
    public byte[] signingHash() {
        return Hashes.keccak256(envelope(fields()));
    }

    @Override
    public byte[] encode(RecoverableSignature signature) {
        List<Object> fields = fields();
        fields.add(Integers.toBytes(signature.recId()));
        fields.add(Integers.toBytesUnsigned(new BigInteger(1, signature.r().toByteArray())));
        fields.add(Integers.toBytesUnsigned(new BigInteger(1, signature.s().toByteArray())));
        return envelope(fields);
    }

    private List<Object> fields() {
        List<Object> fields = new ArrayList<>();
        fields.add(Integers.toBytes(chainId));
        fields.add(Integers.toBytes(nonce));
        fields.add(Integers.toBytesUnsigned(fee.tipPerGas()));
        fields.add(Integers.toBytesUnsigned(fee.maxPerGas()));
        fields.addAll(call());
        fields.add(List.of());
        return fields;
    }

    /// What every kind of transaction has.
    List<Object> call() {
        return List.of(
                Integers.toBytes(gasLimit),
                to.map(Address::toByteArray).orElse(new byte[0]),
                Integers.toBytesUnsigned(value.value()),
                data.expose());
    }

    private static byte[] envelope(List<Object> fields) {
        return Hashes.concat(new byte[] {TYPE}, RLPEncoder.list(fields));
    }
}
