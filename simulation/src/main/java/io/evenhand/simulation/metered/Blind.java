package io.evenhand.simulation.metered;

import io.evenhand.kit.machine.RoundKeys;
import io.evenhand.kit.machine.Verification;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.simulation.symbolic.SymbolicCrypto;
import io.evenhand.simulation.symbolic.SymbolicRounds;
import java.util.Optional;

/// What anybody computes; in a mutant it does not see from which state a round went (A2).
record Blind(SymbolicCrypto real, boolean blind) implements Verification {
    static Statement seen(Statement statement, boolean blind) {
        return blind && statement instanceof RoundStatement s
                ? new RoundStatement(
                        s.xid(),
                        s.session(),
                        s.round(),
                        Bytes32.ZERO,
                        s.outState(),
                        s.c(),
                        s.d(),
                        s.charged(),
                        s.end(),
                        s.lock(),
                        s.sealHash(),
                        s.previous())
                : statement;
    }

    @Override
    public Xid xid(Statement terms) {
        return real.xid(terms);
    }

    @Override
    public Bytes32 hash(Statement statement) {
        return real.hash(seen(statement, blind));
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
    public boolean verify(PartyId signer, Statement statement, Signature signature) {
        return real.verify(signer, statement, signature);
    }

    @Override
    public boolean verify(PublicKey signer, Statement statement, Signature signature) {
        return real.verify(signer, seen(statement, blind), signature);
    }

    /// The same of a round's MAC.
    record Rounds(SymbolicRounds real) implements RoundKeys {
        @Override
        public Bytes32 stateId(KeyId psk, int round, Octets state) {
            return real.stateId(psk, round, state);
        }

        @Override
        public Bytes32 mac(KeyId psk, Statement statement) {
            return real.mac(psk, seen(statement, true));
        }

        @Override
        public Bytes32 lockOf(Bytes32 k) {
            return real.lockOf(k);
        }

        @Override
        public Bytes32 keyBefore(Bytes32 k) {
            return real.keyBefore(k);
        }

        @Override
        public Optional<Octets> open(KeyId psk, Bytes32 k, Bytes32 info, Octets sealed) {
            return real.open(psk, k, info, sealed);
        }

        @Override
        public Octets seal(KeyId psk, Bytes32 k, Bytes32 info, Octets plain) {
            return real.seal(psk, k, info, plain);
        }

        @Override
        public Bytes32 digest(Octets bytes) {
            return real.digest(bytes);
        }
    }
}
