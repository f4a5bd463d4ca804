package io.evenhand.kit.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.Signable;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SignedStatementTest {
    private static final Secret32 SECRET = Secret32.of(Hashes.sha256(new byte[] {1}));
    private static final Ed25519Identity IDENTITY = new Ed25519Identity(SECRET);
    private static final PublicKey KEY = Secp256k1.publicKey(SECRET);

    record Note(@Limit(1 << 20) String text) implements Statement {
        @Override
        public String type() {
            return "test/note";
        }

        @Override
        public Bytes32 exchange() {
            return Bytes32.ZERO;
        }
    }

    record Other(@Limit(1 << 20) String text) implements Statement {
        @Override
        public String type() {
            return "test/other";
        }

        @Override
        public Bytes32 exchange() {
            return Bytes32.ZERO;
        }
    }

    private static SignedStatement byParty(Statement statement) {
        return SignedStatement.of(
                statement, new Signer.Party(IDENTITY.party()), IDENTITY.sign(statement));
    }

    private static SignedStatement byKey(Statement statement) {
        byte[] hash = Hashes.sha256(Signable.bytes(statement));
        return SignedStatement.of(statement, new Signer.Key(KEY), Secp256k1.sign(hash, SECRET));
    }

    @Test
    @DisplayName("1.7: signed statements survive a bundle and verify, for both kinds of key")
    void roundTrip() {
        for (SignedStatement s :
                new SignedStatement[] {byParty(new Note("x")), byKey(new Note("x"))}) {
            SignedStatement read = SignedStatement.decode(s.encode());
            assertEquals(s, read);
            assertTrue(read.verifies());
            assertEquals(new Note("x"), read.statement(Note.class));
        }
    }

    @Test
    @DisplayName("1.2: a statement under another type neither verifies nor reads")
    void otherType() {
        SignedStatement s = byParty(new Note("x"));
        SignedStatement moved =
                new SignedStatement("test/other", s.body(), s.signer(), s.signature());
        assertFalse(moved.verifies());
        assertThrows(MalformedException.class, () -> s.statement(Other.class));
        assertEquals(new Other("x"), moved.statement(Other.class));
    }

    @Test
    @DisplayName("another body or another signer does not verify")
    void changed() {
        SignedStatement s = byParty(new Note("x"));
        Octets body = byParty(new Note("y")).body();
        assertFalse(new SignedStatement(s.type(), body, s.signer(), s.signature()).verifies());
        assertFalse(
                new SignedStatement(s.type(), s.body(), new Signer.Key(KEY), s.signature())
                        .verifies());
        SignedStatement k = byKey(new Note("x"));
        assertFalse(
                new SignedStatement(
                                k.type(),
                                k.body(),
                                new Signer.Party(IDENTITY.party()),
                                k.signature())
                        .verifies());
    }

    @Test
    @DisplayName("limits: a type has the form of one, a body at most 64 KiB")
    void limits() {
        SignedStatement s = byParty(new Note("x"));
        assertThrows(
                MalformedException.class,
                () -> new SignedStatement("No Type", s.body(), s.signer(), s.signature()));
        assertThrows(
                MalformedException.class,
                () -> new SignedStatement("a".repeat(65), s.body(), s.signer(), s.signature()));
        SignedStatement large = byParty(new Note("x".repeat(1 << 16)));
        assertThrows(MalformedException.class, () -> SignedStatement.decode(large.encode()));
    }
}
