package io.evenhand.protocols.metered.message;

import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;

/// What the enclave states of one round (A2, spec-metered B and F12). Each carries a MAC under the
/// psk; some are signed with the session's key, and through `previous` a signed one covers all
/// before it.
///
/// @param xid of the channel
/// @param session number, from 1 in a channel
/// @param round from 1 in a session
/// @param inState name of the state that it began with, by the number of the round before
/// @param outState name of the state that it ended with, by this round's number
/// @param c cycles asked for
/// @param d cycles done, by the program's own word
/// @param charged cycles paid for
/// @param lock SHA-256 of the round's key
/// @param sealHash SHA-256 of the ciphertext
/// @param previous hash of the statement before; of the {@link Provisioning} in round 1
public record RoundStatement(
        Bytes32 xid,
        int session,
        int round,
        Bytes32 inState,
        Bytes32 outState,
        long c,
        long d,
        long charged,
        End end,
        Bytes32 lock,
        Bytes32 sealHash,
        Bytes32 previous)
        implements Statement {
    @Override
    public String type() {
        return "metered/statement";
    }

    @Override
    public Bytes32 exchange() {
        return xid;
    }

    @Override
    public int slot() {
        return round;
    }

    /// The same without the hash of the ciphertext, which is sealed under this one's hash.
    public RoundStatement unsealed() {
        return sealedAs(Bytes32.ZERO);
    }

    public RoundStatement sealedAs(Bytes32 hash) {
        return new RoundStatement(
                xid, session, round, inState, outState, c, d, charged, end, lock, hash, previous);
    }

    /// Whether the charge is one that the meter can give (F4): at least what was done, at most what
    /// was asked for.
    public boolean plausible() {
        boolean done =
                switch (end) {
                    case MORE -> d == c;
                    case DONE -> d >= 0 && d < c;
                    case TRAP, FUEL, CALL_FUEL, FRAMES, ABI, LOAD -> d == 0;
                };
        return done && charged >= d && charged <= c;
    }
}
