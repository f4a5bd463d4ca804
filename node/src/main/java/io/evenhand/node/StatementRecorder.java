package io.evenhand.node;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.store.StatementTable.Made;
import io.evenhand.node.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The crypto port of one step, which notes every statement that is signed in it.
///
/// The notes go into the journal in the same transaction as the new state, so no signature leaves
/// the process that is not on record, and none is made twice for one slot (decisions 16g).
public final class StatementRecorder implements Crypto {
    /// No statement has this type; older journals hold it, too.
    private static final String NAMED_ONCE = "work key";

    private final Crypto real;
    private final PartyId self;
    private final ThreadLocal<List<Made>> notes = ThreadLocal.withInitial(ArrayList::new);

    StatementRecorder(Crypto real, PartyId self) {
        this.real = real;
        this.self = self;
    }

    public static StatementRecorder of(Ed25519Identity identity, Store store) {
        return new StatementRecorder(new RealCrypto(identity, store.keys()), identity.party());
    }

    /// The port that keeps no record.
    public Crypto unrecorded() {
        return real;
    }

    /// What a step did, with the statements it signed.
    public record Noted<T>(T result, List<Made> made) {}

    public <T> Noted<T> noting(Supplier<T> step) {
        notes.get().clear();
        T result = step.get();
        Noted<T> noted = new Noted<>(result, List.copyOf(notes.get()));
        notes.remove();
        return noted;
    }

    @Override
    public Signature sign(Statement statement) {
        note(statement, self.value().toByteArray());
        return real.sign(statement);
    }

    @Override
    public Signature sign(KeyId key, Statement statement) {
        note(statement, real.publicKey(key).toByteArray());
        return real.sign(key, statement);
    }

    private void note(Statement statement, byte[] signer) {
        Octets by = new Octets(signer);
        // A key that is named once is so for the whole node: it stands in the place of the
        // exchange.
        for (PublicKey key : statement.namedOnce()) {
            notes.get()
                    .add(
                            new Made(
                                    real.fingerprint(key),
                                    0,
                                    NAMED_ONCE,
                                    by,
                                    real.xid(statement).value()));
        }
        notes.get()
                .add(
                        new Made(
                                statement.exchange(),
                                statement.slot(),
                                statement.type(),
                                by,
                                real.hash(statement)));
    }

    @Override
    public Xid xid(Statement terms) {
        return real.xid(terms);
    }

    @Override
    public Bytes32 hash(Statement statement) {
        return real.hash(statement);
    }

    @Override
    public Bytes32 commit(String domain, Bytes32 salt, Bytes32 digest) {
        return real.commit(domain, salt, digest);
    }

    @Override
    public Bytes32 digest(String text) {
        return real.digest(text);
    }

    @Override
    public Bytes32 pskId(KeyId psk) {
        return real.pskId(psk);
    }

    @Override
    public Bytes32 seedHash(KeyId seed) {
        return real.seedHash(seed);
    }

    @Override
    public PublicKey publicKey(KeyId key) {
        return real.publicKey(key);
    }

    @Override
    public boolean verify(PartyId signer, Statement statement, Signature signature) {
        return real.verify(signer, statement, signature);
    }

    @Override
    public boolean verify(PublicKey signer, Statement statement, Signature signature) {
        return real.verify(signer, statement, signature);
    }

    @Override
    public SealId sealId(SealHeader header) {
        return real.sealId(header);
    }

    @Override
    public Bytes32 fingerprint(PublicKey key) {
        return real.fingerprint(key);
    }

    @Override
    public boolean lockable(PublicKey key) {
        return real.lockable(key);
    }

    @Override
    public LockAddresses lock(PublicKey key) {
        return real.lock(key);
    }

    @Override
    public DealId dealId(Rail rail, Deal deal) {
        return real.dealId(rail, deal);
    }

    @Override
    public boolean opens(LockAddresses lock, RevealedKey key) {
        return real.opens(lock, key);
    }
}
