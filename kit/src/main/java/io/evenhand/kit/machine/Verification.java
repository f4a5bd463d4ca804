package io.evenhand.kit.machine;

import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;

/// What anybody can compute from statements and public texts: hashes, and whether a signature
/// holds.
public interface Verification {
    /// The identifier of an exchange: the signable hash of its complete Terms (D22).
    Xid xid(Statement terms);

    /// SHA-256 of the signable bytes of a statement.
    Bytes32 hash(Statement statement);

    /// A hiding commitment: SHA-256(domain ‖ 0 ‖ salt ‖ digest) (decisions 16f).
    Bytes32 commit(String domain, Bytes32 salt, Bytes32 digest);

    /// SHA-256 of a short public text, such as a policy.
    Bytes32 digest(String text);

    boolean verify(PartyId signer, Statement statement, Signature signature);

    /// Strict: refuses a high s, keys off the curve and zero.
    boolean verify(PublicKey signer, Statement statement, Signature signature);
}
