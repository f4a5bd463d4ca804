package io.evenhand.ledger.evm;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;

/// A payment channel of the Meter: one payer, one payee, one deposit. Chain and contract are named
/// by the rail it stands on.
///
/// @param payer who deposits, and gets back what is not paid
/// @param payee who alone closes
/// @param signer address of the key, of this channel only, that signs updates (A24)
/// @param timeout seconds since 1970: closed before it, refunded from it on
/// @param xid hash of the Terms; used for one channel ever (F11)
public record MeterChannel(
        Address payer, Address payee, Address signer, long timeout, Bytes32 xid) {
    public MeterChannel {
        if (timeout < 0) {
            throw new MalformedException("a timeout is seconds since 1970, got " + timeout);
        }
    }
}
