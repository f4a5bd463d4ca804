package io.evenhand.simulation.symbolic;

import io.evenhand.kit.machine.RoundKeys;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import java.util.List;
import java.util.Optional;

/// Chains of keys, and what they open, as terms. The chain of a session is named by its maker: who
/// has one key has all before it, and none after it.
///
/// @param pskInNames false in a mutant whose states are named by what everybody can compute (A4)
/// @param pskInSeals false in a mutant whose rounds the key alone opens (A4)
public record SymbolicRounds(Symbols symbols, boolean pskInNames, boolean pskInSeals)
        implements RoundKeys {
    private static final String KEY = "k";
    private static final String SEALED = "sealed";
    private static final String NOBODY = "nobody";

    /// A key of a chain.
    ///
    /// @param round from 1
    public Bytes32 key(Object chain, int round) {
        return symbols.of(KEY, chain, round);
    }

    @Override
    public Bytes32 stateId(KeyId psk, int round, Octets state) {
        return symbols.of("state", pskInNames ? psk : NOBODY, round, state);
    }

    @Override
    public Bytes32 mac(KeyId psk, Statement statement) {
        return symbols.of("mac", psk, statement);
    }

    @Override
    public Bytes32 lockOf(Bytes32 k) {
        return symbols.of("lock", k);
    }

    @Override
    public Bytes32 keyBefore(Bytes32 k) {
        if (symbols.known(k) && symbols.term(k).getFirst().equals(KEY)) {
            List<Object> term = symbols.term(k);
            return key(term.get(1), (int) term.get(2) - 1);
        }
        return symbols.of("before", k);
    }

    @Override
    public Octets seal(KeyId psk, Bytes32 k, Bytes32 info, Octets plain) {
        return symbols.octets(SEALED, pskInSeals ? psk : NOBODY, k, info, plain);
    }

    @Override
    public Optional<Octets> open(KeyId psk, Bytes32 k, Bytes32 info, Octets sealed) {
        return content(sealed)
                .filter(term -> term.get(1).equals(pskInSeals ? psk : NOBODY))
                .filter(term -> term.get(2).equals(k) && term.get(3).equals(info))
                .map(term -> (Octets) term.get(4));
    }

    /// Whether somebody who has this key and no psk reads what is sealed.
    public boolean opensAlone(Bytes32 k, Octets sealed) {
        return content(sealed)
                .filter(term -> term.get(1).equals(NOBODY) && term.get(2).equals(k))
                .isPresent();
    }

    @Override
    public Bytes32 digest(Octets bytes) {
        return symbols.of("digest", bytes);
    }

    private Optional<List<Object>> content(Octets sealed) {
        return symbols.term(sealed).filter(term -> term.getFirst().equals(SEALED));
    }
}
