package io.evenhand.simulation.symbolic;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.simulation.search.Interner;
import java.util.List;
import java.util.Optional;

/// The table of terms. Equal terms have the same fingerprint, different terms never do: hashes
/// without collisions.
public final class Symbols {
    /// Stands in front of every fingerprint, so that no real value looks like one.
    private static final long MARK = 0x65766e2d7465726dL;

    private static final int FINGERPRINT = 32;

    private final Interner<List<Object>> terms = new Interner<>();

    /// The fingerprint of a term: its name and its parts.
    public Bytes32 of(String name, Object... parts) {
        Object[] term = new Object[parts.length + 1];
        term[0] = name;
        System.arraycopy(parts, 0, term, 1, parts.length);
        return new Bytes32(MARK, 0, 0, 1L + terms.id(List.of(term)));
    }

    /// What a fingerprint was made from, the name first.
    ///
    /// @throws IllegalArgumentException if `fingerprint` is none of this table's
    public List<Object> term(Bytes32 fingerprint) {
        if (!known(fingerprint)) {
            throw new IllegalArgumentException("not a fingerprint: " + fingerprint);
        }
        return terms.value((int) fingerprint.d() - 1);
    }

    /// Bytes that stand for a term.
    public Octets octets(String name, Object... parts) {
        return new Octets(of(name, parts).toByteArray());
    }

    /// What bytes were made from, or empty if they are no fingerprint of this table's.
    public Optional<List<Object>> term(Octets octets) {
        if (octets.length() != FINGERPRINT) {
            return Optional.empty();
        }
        Bytes32 fingerprint = Bytes32.of(octets.toByteArray());
        return known(fingerprint) ? Optional.of(term(fingerprint)) : Optional.empty();
    }

    /// Whether a value is a fingerprint of this table's.
    public boolean known(Bytes32 fingerprint) {
        return fingerprint.a() == MARK && fingerprint.d() >= 1 && fingerprint.d() <= terms.size();
    }

    /// An address that stands for a term.
    public Address address(String name, Object... parts) {
        Bytes32 fingerprint = of(name, parts);
        return new Address(MARK, 0, (int) fingerprint.d());
    }

    public PartyId party(String name) {
        return new PartyId(of("party", name));
    }

    public KeyId key(String name) {
        return new KeyId(of("key", name));
    }
}
