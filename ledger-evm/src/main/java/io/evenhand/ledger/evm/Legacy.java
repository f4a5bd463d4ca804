package io.evenhand.ledger.evm;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import com.esaulpaugh.headlong.util.Integers;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.RecoverableSignature;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// A transaction of the first kind, for chains whose blocks have no base fee; bound to its chain
/// (EIP-155). It has one price, which is paid whole.
record Legacy(Eip1559 wanted) implements Unsigned {
    private static final long FIRST_V = 35;

    @Override
    public byte[] signingHash() {
        List<Object> fields = fields();
        fields.add(Integers.toBytes(wanted.chainId()));
        fields.add(new byte[0]);
        fields.add(new byte[0]);
        return Hashes.keccak256(RLPEncoder.list(fields));
    }

    @Override
    public byte[] encode(RecoverableSignature signature) {
        BigInteger v =
                BigInteger.valueOf(wanted.chainId())
                        .shiftLeft(1)
                        .add(BigInteger.valueOf(FIRST_V + signature.recId()));
        List<Object> fields = fields();
        fields.add(Integers.toBytesUnsigned(v));
        fields.add(Integers.toBytesUnsigned(new BigInteger(1, signature.r().toByteArray())));
        fields.add(Integers.toBytesUnsigned(new BigInteger(1, signature.s().toByteArray())));
        return RLPEncoder.list(fields);
    }

    private List<Object> fields() {
        List<Object> fields = new ArrayList<>();
        fields.add(Integers.toBytes(wanted.nonce()));
        fields.add(Integers.toBytesUnsigned(wanted.fee().maxPerGas()));
        fields.addAll(wanted.call());
        return fields;
    }
}
