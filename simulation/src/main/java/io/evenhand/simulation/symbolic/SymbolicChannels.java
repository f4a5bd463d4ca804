package io.evenhand.simulation.symbolic;

import io.evenhand.kit.machine.Channels;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;

/// Updates of payment channels as terms: only who has the handle of a signer's key makes its
/// signatures.
public record SymbolicChannels(Symbols symbols) implements Channels {
    /// The address of a key.
    public Address address(KeyId key) {
        return symbols.address("signer", key);
    }

    @Override
    public Bytes32 channel(
            long chainId, Address meter, Address payer, Address payee, long timeout, Bytes32 xid) {
        return symbols.of("channel", chainId, meter, payer, payee, timeout, xid);
    }

    @Override
    public Signature signUpdate(
            KeyId signer, long chainId, Address meter, Bytes32 channel, Wei total, Bytes32 lock) {
        return signature(address(signer), chainId, meter, channel, total, lock);
    }

    @Override
    public boolean signedUpdate(
            Address signer,
            long chainId,
            Address meter,
            Bytes32 channel,
            Wei total,
            Bytes32 lock,
            Signature signature) {
        return signature.equals(signature(signer, chainId, meter, channel, total, lock));
    }

    private Signature signature(
            Address signer, long chainId, Address meter, Bytes32 channel, Wei total, Bytes32 lock) {
        return new Signature(
                symbols.of("update", signer, chainId, meter, channel, total, lock), Bytes32.ZERO);
    }
}
