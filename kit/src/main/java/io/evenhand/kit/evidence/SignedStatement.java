package io.evenhand.kit.evidence;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Ed25519;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Signable;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;

/// A statement as it was signed, with the signature: verifiable without knowing its type's meaning.
///
/// @param body canonical CBOR of the statement's record
public record SignedStatement(
        String type, @Limit(MAX_BODY) Octets body, Signer signer, Signature signature) {
    /// Octets of the largest statement: Terms with a policy text are a few KiB.
    public static final int MAX_BODY = 1 << 16;

    public SignedStatement {
        if (!Signable.validType(type)) {
            throw new MalformedException("not a statement type: \"" + type + "\"");
        }
    }

    public static SignedStatement of(Statement statement, Signer signer, Signature signature) {
        Octets body = new Octets(Signable.body(statement));
        return new SignedStatement(statement.type(), body, signer, signature);
    }

    /// Whether the signer really signed this type and body.
    public boolean verifies() {
        byte[] message = Signable.bytes(type, body.toByteArray());
        return switch (signer) {
            case Signer.Party(var id) -> Ed25519.verify(id, message, signature);
            case Signer.Key(var key) -> Secp256k1.verify(key, Hashes.sha256(message), signature);
        };
    }

    /// The statement, if it is one of this class; says nothing about the signature.
    public <T extends Record & Statement> T statement(Class<T> as) {
        T statement = Records.decode(as, body.toByteArray());
        if (!statement.type().equals(type)) {
            throw new MalformedException(
                    "a \"" + type + "\" where a \"" + statement.type() + "\" is expected");
        }
        return statement;
    }

    public byte[] encode() {
        return Records.encode(this);
    }

    public static SignedStatement decode(byte[] bytes) {
        return Records.decode(SignedStatement.class, bytes);
    }
}
