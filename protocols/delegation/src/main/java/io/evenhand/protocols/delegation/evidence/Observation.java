package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.evidence.Sighting;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Xid;
import java.util.Optional;

/// "I saw this final transaction do this to the deal": one party's word, checked against the chain
/// with `--rpc`.
///
/// @param blockTime timestamp of the block in seconds
public record Observation(
        Xid xid,
        DealId dealId,
        Kind kind,
        Bytes32 transaction,
        Bytes32 block,
        long blockNumber,
        long blockTime,
        Optional<RevealedKey> key)
        implements Statement, Sighting {
    /// What the transaction did.
    public enum Kind {
        OPENED,
        CLAIMED,
        REFUNDED
    }

    @Override
    public String type() {
        return "deleg/observation";
    }

    @Override
    public Bytes32 exchange() {
        return xid.value();
    }
}
