package io.evenhand.simulation.symbolic;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.simulation.search.Interner;
import java.util.List;

/// The table of terms. Equal terms have the same fingerprint, different terms never do: hashes
/// without collisions.
public final class Symbols {
    /// Stands in front of every fingerprint, so that no real value looks like one.
    private static final long MARK = 0x65766e2d7465726dL;

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
        if (fingerprint.a() != MARK || fingerprint.d() < 1 || fingerprint.d() > terms.size()) {
            throw new IllegalArgumentException("not a fingerprint: " + fingerprint);
        }
        return terms.value((int) fingerprint.d() - 1);
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
