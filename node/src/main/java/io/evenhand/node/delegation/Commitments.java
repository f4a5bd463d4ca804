package io.evenhand.node.delegation;

import io.evenhand.kit.machine.Verification;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.programs.attest.ReportData;

/// The salted hashes in an order, as both sides compute them (decisions 16f).
public final class Commitments {
    private Commitments() {}

    public static Bytes32 policy(Verification verification, Bytes32 salt, String policy) {
        return verification.commit("fx/policy", salt, verification.digest(policy));
    }

    /// @param root RFC 6962 root of the input over chunks of 2^20 bytes
    public static Bytes32 input(Verification verification, Bytes32 salt, Bytes32 root) {
        return verification.commit("fx/input", salt, root);
    }

    /// The job is not known yet when the key is made: the Terms bind the key to it later.
    public static ReportData reportData(Bytes32 nonce, PublicKey stampKey) {
        return ReportData.of(nonce, Bytes32.ZERO, stampKey);
    }
}
