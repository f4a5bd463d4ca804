package io.evenhand.protocols.metered;

import io.evenhand.kit.machine.Channels;
import io.evenhand.kit.machine.RoundKeys;
import io.evenhand.kit.machine.Verification;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Terms;

/// All that the machines of this protocol compute and check.
///
/// @param verification hashes and signatures of statements
/// @param rounds what the keys of rounds open
/// @param channels updates
public record MeteredCrypto(Verification verification, RoundKeys rounds, Channels channels) {
    public Bytes32 channel(Terms terms, Bytes32 xid) {
        return channels.channel(
                terms.rail().chainId(),
                terms.rail().contract(),
                terms.payer(),
                terms.payee(),
                terms.timeout(),
                xid);
    }

    /// @param channel the channel's name, see {@link #channel}
    public Signature signUpdate(
            KeyId signer, Terms terms, Bytes32 channel, Wei total, Bytes32 lock) {
        return channels.signUpdate(
                signer, terms.rail().chainId(), terms.rail().contract(), channel, total, lock);
    }

    /// Whether the channel's signer signed this update.
    public boolean signedUpdate(
            Terms terms, Bytes32 channel, Wei total, Bytes32 lock, Signature signature) {
        return channels.signedUpdate(
                terms.signer(),
                terms.rail().chainId(),
                terms.rail().contract(),
                channel,
                total,
                lock,
                signature);
    }
}
