package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import java.util.Optional;

/// What a requester asks a session with: its number, and the newest update whose key it holds, or
/// one of its own making that settles what it owes (F2, G4).
///
/// @param number above every number of this channel before
/// @param nonce what the enclave's evidence must repeat
/// @param rounds length of the chain of keys
public record Opening(Bytes32 xid, int number, Bytes32 nonce, int rounds, Optional<Pair> pair)
        implements Statement {
    public static final int MAX_ROUNDS = 4096;

    public Opening {
        if (number < 1) {
            throw new MalformedException("sessions are numbered from 1, got " + number);
        }
        if (rounds < 1 || rounds > MAX_ROUNDS) {
            throw new MalformedException("a session has 1 to 4096 rounds, got " + rounds);
        }
    }

    @Override
    public String type() {
        return "metered/session";
    }

    @Override
    public Bytes32 exchange() {
        return xid;
    }

    @Override
    public int slot() {
        return number;
    }
}
