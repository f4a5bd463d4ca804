package io.evenhand.node;

import io.evenhand.kit.machine.Signing;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Place;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.node.store.StatementTable.Made;
import io.evenhand.node.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The signing port of one step, which notes every statement that is signed in it.
///
/// The notes go into the journal in the same transaction as the new state, so no signature leaves
/// the process that is not on record, and none is made twice for one slot (decisions 16g).
public final class StatementRecorder implements Signing {
    /// No statement has this type; older journals hold it, too.
    private static final String NAMED_ONCE = "work key";

    private final RealCrypto real;
    private final PartyId self;
    private final ThreadLocal<List<Made>> notes = ThreadLocal.withInitial(ArrayList::new);

    StatementRecorder(RealCrypto real, PartyId self) {
        this.real = real;
        this.self = self;
    }

    public static StatementRecorder of(Ed25519Identity identity, Store store) {
        return new StatementRecorder(new RealCrypto(identity, store.keys()), identity.party());
    }

    /// The ports that keep no record.
    public RealCrypto unrecorded() {
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
    public PublicKey publicKey(KeyId key) {
        return real.publicKey(key);
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
        // Such a key may be named once in all exchanges of the node together: the record has its
        // fingerprint in place of an exchange.
        for (PublicKey key : statement.namedOnce()) {
            notes.get()
                    .add(
                            new Made(
                                    real.fingerprint(key),
                                    new Place.Once(0),
                                    NAMED_ONCE,
                                    by,
                                    real.xid(statement).value()));
        }
        notes.get()
                .add(
                        new Made(
                                statement.exchange(),
                                statement.place(),
                                statement.type(),
                                by,
                                real.hash(statement)));
    }
}
