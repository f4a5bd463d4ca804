package io.evenhand.simulation.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.seal.Suite;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.message.Statements;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SymbolicCryptoTest {
    private final Symbols symbols = new Symbols();
    private final KeyId key = symbols.key("key");
    private final KeyId twin = symbols.key("twin");
    private final KeyId other = symbols.key("other");
    private final SymbolicCrypto alice = crypto("alice", 2);
    private final SymbolicCrypto bob = crypto("bob", 2);

    private SymbolicCrypto crypto(String name, int addresses) {
        return new SymbolicCrypto(
                symbols, symbols.party(name), new SymbolicCrypto.Twins(key, twin, addresses));
    }

    @Test
    void equalTermsHaveOneFingerprintAndDifferentTermsHaveTwo() {
        assertEquals(symbols.of("a", 1), symbols.of("a", 1));
        assertNotEquals(symbols.of("a", 1), symbols.of("a", 2));
        assertNotEquals(symbols.of("a"), symbols.of("b"));
        assertEquals("a", symbols.term(symbols.of("a", 1)).getFirst());
        assertThrows(IllegalArgumentException.class, () -> symbols.term(Bytes32.ZERO));
    }

    @Test
    void aSignatureVerifiesForItsSignerAndItsStatementOnly() {
        var one = new Statements.Possession(new Xid(symbols.of("one")));
        var two = new Statements.Possession(new Xid(symbols.of("two")));
        Signature signature = alice.sign(one);
        assertTrue(bob.verify(symbols.party("alice"), one, signature));
        assertFalse(bob.verify(symbols.party("bob"), one, signature));
        assertFalse(bob.verify(symbols.party("alice"), two, signature));
        assertTrue(bob.verify(bob.publicKey(key), one, alice.sign(key, one)));
        assertFalse(bob.verify(bob.publicKey(other), one, alice.sign(key, one)));
    }

    @Test
    void D12_twinKeysShareTheFirstAddressOnly() {
        var lock = alice.lock(alice.publicKey(key));
        assertEquals(lock.a1(), alice.lock(alice.publicKey(twin)).a1());
        assertTrue(alice.opens(lock, alice.reveal(key)));
        assertFalse(alice.opens(lock, alice.reveal(twin)));
        assertFalse(alice.opens(lock, alice.reveal(other)));
        assertTrue(crypto("carol", 1).opens(lock, alice.reveal(twin)));
        assertTrue(alice.lockable(alice.publicKey(key)));
    }

    @Test
    void D19_theWorkFollowsFromCiphertextPskAndKeyOrSeedAndFromNothingLess() {
        Knowledge knowledge = new Knowledge();
        SymbolicSeals seals = new SymbolicSeals(symbols, alice, knowledge, true);
        KeyId psk = symbols.key("psk");
        KeyId seed = symbols.key("seed");
        Bytes32 work = symbols.of("work");
        SealLabel label =
                new SealLabel(
                        Suite.SECP256K1,
                        new Xid(symbols.of("xid")),
                        1,
                        new Nonce16(0, 0),
                        symbols.of("opener"),
                        alice.pskId(psk));
        SealHeader header = seals.seal(label, seed, psk, alice.publicKey(key), work);
        assertEquals(header, seals.seal(label, seed, psk, alice.publicKey(key), work));
        long ciphertext = seals.ciphertext(header);
        long secret = knowledge.fact(alice.reveal(key).scalar());
        long shared = knowledge.fact(psk.value());
        long fact = knowledge.fact(work);
        assertTrue(knowledge.derives(ciphertext | secret | shared, fact));
        assertTrue(knowledge.derives(ciphertext | knowledge.fact(seed.value()) | shared, fact));
        assertFalse(knowledge.derives(ciphertext | secret, fact));
        assertFalse(knowledge.derives(ciphertext | shared, fact));
        assertFalse(knowledge.derives(secret | shared, fact));
        assertEquals(Optional.of(work), seals.open(header, alice.reveal(key), psk));
        assertEquals(Optional.empty(), seals.open(header, alice.reveal(twin), psk));
        assertEquals(Optional.empty(), seals.open(header, alice.reveal(key), other));
        assertEquals(Optional.empty(), seals.open(seals.junk(label), alice.reveal(key), psk));
    }
}
