package io.evenhand.kit.stamp;

import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.seal.Suite;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Xid;

/// "The plaintext of this seal passed this policy": the paper's `S(sk_c, H(E(pk_sp, w)))` with
/// everything bound (D7, 16c).
///
/// @param notAfter tFund, seconds: a stamp is of no use after that
public record Stamp(
        Xid xid,
        int slot,
        SealId sealId,
        Suite suite,
        LockAddresses lock,
        Bytes32 pskId,
        Bytes32 policyHash,
        Bytes32 inputHash,
        Bytes32 hiddenCommit,
        PartyId stamper,
        String profile,
        int attempt,
        long notAfter)
        implements Statement {
    @Override
    public String type() {
        return "deleg/stamp";
    }

    /// One for an exchange, whatever the attempt (D-I10).
    @Override
    public Bytes32 exchange() {
        return xid.value();
    }
}
