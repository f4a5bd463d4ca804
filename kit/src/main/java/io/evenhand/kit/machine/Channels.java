package io.evenhand.kit.machine;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;

/// Updates of payment channels: signed totals, each under a lock.
public interface Channels {
    /// The name of a channel on chain.
    ///
    /// @param timeout unix seconds
    Bytes32 channel(
            long chainId, Address meter, Address payer, Address payee, long timeout, Bytes32 xid);

    /// Signs an update with the key of this channel: r ‖ vs of EIP-2098, low s.
    Signature signUpdate(
            KeyId signer, long chainId, Address meter, Bytes32 channel, Wei total, Bytes32 lock);

    /// Whether the contract would find this signer in this signature (low s, not address 0).
    boolean signedUpdate(
            Address signer,
            long chainId,
            Address meter,
            Bytes32 channel,
            Wei total,
            Bytes32 lock,
            Signature signature);
}
