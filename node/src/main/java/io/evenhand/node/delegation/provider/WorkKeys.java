package io.evenhand.node.delegation.provider;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.KeyStore;
import io.evenhand.protocols.delegation.message.Order;
import java.util.Optional;

/// Work keys (the paper's `sk_sp`) that follow from the node's master key and from what the deal
/// will say on chain.
///
/// So a provider whose journal is an old backup finds the key of a deal that it knows nothing of
/// (decision 12). The wage and the deadline are part of it: a deal with the same lock and a smaller
/// wage leads to another key, and nobody buys the work for less.
final class WorkKeys {
    private static final String USE = "evenhand/work-key/1";

    private final KeyStore keys;

    WorkKeys(KeyStore keys) {
        this.keys = keys;
    }

    /// All of a deal but its lock and its xid, which follow from the key.
    private record About(
            Rail rail,
            Address payer,
            Address payee,
            Address token,
            Wei amount,
            long claimBy,
            Bytes32 salt) {}

    /// The key for an order, made and kept.
    ///
    /// @param salt of the deal, never used before
    KeyId make(Order order, Address payee, Bytes32 salt) {
        KeyStore.Derived key =
                derive(
                        new About(
                                order.rail(),
                                order.payer(),
                                payee,
                                Address.ZERO,
                                order.wage(),
                                order.deadlines().claimBy(),
                                salt));
        boolean _ = keys.put(key.handle(), key.secret());
        key.secret().erase();
        return key.handle();
    }

    /// The key that opens this deal's lock, if it is one of ours.
    Optional<KeyStore.Derived> find(Rail rail, Deal deal) {
        KeyStore.Derived key =
                derive(
                        new About(
                                rail,
                                deal.payer(),
                                deal.payee(),
                                deal.token(),
                                deal.amount(),
                                deal.claimBy(),
                                deal.salt()));
        boolean ours =
                deal.lockKind() == Deal.POINT_LOCK
                        && PointLock.of(Secp256k1.publicKey(key.secret())).equals(deal.lock());
        if (!ours) {
            key.secret().erase();
        }
        return ours ? Optional.of(key) : Optional.empty();
    }

    private KeyStore.Derived derive(About about) {
        return keys.derive(USE, Records.encode(about));
    }
}
