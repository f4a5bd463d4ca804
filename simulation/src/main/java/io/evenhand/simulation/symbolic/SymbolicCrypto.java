package io.evenhand.simulation.symbolic;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Signing;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;

/// The machines' cryptography as one party has it, on the terms of a {@link Symbols} table.
///
/// A signature is the term of signer and statement: only who asks this object in the signer's name
/// can make it. Two keys may be declared twins: their first lock address is the same, which costs
/// 2^80 in the real world (D12).
public final class SymbolicCrypto implements Crypto, Signing {
    private static final byte EVEN = 2;

    private final Symbols symbols;
    private final PartyId self;
    private final Twins twins;

    /// @param twin the key whose first address equals that of `of`
    /// @param addresses how many of the two addresses a lock compares: 2, or 1 in a mutant
    public record Twins(KeyId of, KeyId twin, int addresses) {}

    public SymbolicCrypto(Symbols symbols, PartyId self, Twins twins) {
        this.symbols = symbols;
        this.self = self;
        this.twins = twins;
    }

    @Override
    public Xid xid(Statement terms) {
        return new Xid(symbols.of("xid", terms));
    }

    @Override
    public Bytes32 hash(Statement statement) {
        return symbols.of("hash", statement);
    }

    @Override
    public Bytes32 commit(String domain, Bytes32 salt, Bytes32 digest) {
        return symbols.of("commit", domain, salt, digest);
    }

    @Override
    public Bytes32 digest(String text) {
        return symbols.of("digest", text);
    }

    @Override
    public Bytes32 pskId(KeyId psk) {
        return symbols.of("psk-id", psk);
    }

    @Override
    public Bytes32 seedHash(KeyId seed) {
        return symbols.of("seed-hash", seed);
    }

    @Override
    public PublicKey publicKey(KeyId key) {
        return new PublicKey(EVEN, symbols.of("public", key));
    }

    @Override
    public Signature sign(Statement statement) {
        return signature(self, statement);
    }

    @Override
    public boolean verify(PartyId signer, Statement statement, Signature signature) {
        return signature.equals(signature(signer, statement));
    }

    @Override
    public Signature sign(KeyId key, Statement statement) {
        return signature(publicKey(key), statement);
    }

    @Override
    public boolean verify(PublicKey signer, Statement statement, Signature signature) {
        return signature.equals(signature(signer, statement));
    }

    @Override
    public SealId sealId(SealHeader header) {
        return new SealId(symbols.of("seal-id", header));
    }

    @Override
    public Bytes32 fingerprint(PublicKey key) {
        return symbols.of("fingerprint", key);
    }

    @Override
    public boolean lockable(PublicKey key) {
        return symbols.term(key.x()).getFirst().equals("public");
    }

    @Override
    public LockAddresses lock(PublicKey key) {
        KeyId secret = secret(key);
        KeyId first = secret.equals(twins.twin()) ? twins.of() : secret;
        return new LockAddresses(
                symbols.address("first-address", first), symbols.address("second-address", secret));
    }

    @Override
    public DealId dealId(Rail rail, Deal deal) {
        return new DealId(symbols.of("deal-id", rail, deal));
    }

    @Override
    public boolean opens(LockAddresses lock, RevealedKey key) {
        LockAddresses own = lock(publicKey(secret(key)));
        return own.a1().equals(lock.a1()) && (twins.addresses() < 2 || own.a2().equals(lock.a2()));
    }

    /// The scalar that a claim publishes.
    public RevealedKey reveal(KeyId key) {
        return new RevealedKey(symbols.of("secret", key));
    }

    /// A signature in anybody's name: for the model's own use and for mutants, never for an
    /// adversary.
    Signature signature(Object signer, Statement statement) {
        return new Signature(symbols.of("signature", signer, statement), Bytes32.ZERO);
    }

    /// The same, for mutants that leave out the check of a field: they put in what the machine
    /// expects.
    public Signature forged(PublicKey signer, Statement statement) {
        return signature(signer, statement);
    }

    public Signature forged(PartyId signer, Statement statement) {
        return signature(signer, statement);
    }

    /// The key behind a public key.
    public KeyId secret(PublicKey key) {
        return (KeyId) symbols.term(key.x()).get(1);
    }

    private KeyId secret(RevealedKey key) {
        return (KeyId) symbols.term(key.scalar()).get(1);
    }
}
