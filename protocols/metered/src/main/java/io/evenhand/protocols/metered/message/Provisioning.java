package io.evenhand.protocols.metered.message;

import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;

/// What a requester signs with its identity when it gives a psk to an enclave (F9). The first
/// statement of the session names its hash as the one before.
///
/// @param hello hash of the {@link Hello} that it answers
/// @param pskId name of the psk
public record Provisioning(Bytes32 xid, int number, Bytes32 hello, Bytes32 pskId, Wei base)
        implements Statement {
    @Override
    public String type() {
        return "metered/provision";
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
