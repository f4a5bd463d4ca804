package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Wei;
import java.util.Optional;

/// The node's answer to an {@link Opening}, signed with its identity: the enclave's keys with their
/// evidence, and from which total the session counts (F2, F9, G8).
///
/// @param opening hash of what it answers
/// @param pair the newest update that the node can close with
/// @param base total before the first round
/// @param owed price of rounds and sessions executed and not paid for (G4)
/// @param encKey X25519 key of the enclave, to which the psk is sealed
/// @param sigKey key with which the enclave signs statements
public record Hello(
        Bytes32 xid,
        int number,
        Bytes32 opening,
        Optional<Pair> pair,
        Wei base,
        Wei owed,
        Bytes32 encKey,
        PublicKey sigKey,
        @Limit(MAX_EVIDENCE) Octets evidence)
        implements Statement {
    /// A TDX quote with its collateral is below 32 KiB.
    public static final int MAX_EVIDENCE = 65_536;

    @Override
    public String type() {
        return "metered/hello";
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
