package io.evenhand.node.delegation.provider;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.node.store.KeyStore;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.provider.ProviderState.Fresh;
import io.evenhand.protocols.delegation.provider.ProviderState.Idle;

/// A provider's machine whose random values are derived: what it adds to an offer follows from the
/// offer and the master key alone, and looks random to everybody else.
///
/// A provider whose journal is an old backup may hear an offer again that it has answered. It then
/// signs the same Terms once more, byte for byte, and nobody can show two (16g). The values belong
/// to one offer: a second offer under the same nonce leads to another nonce of the provider.
final class Drawn implements Machine<ProviderState, Input, Effect> {
    private static final String NONCE = "evenhand/provider-nonce/1";
    private static final String SEED = "evenhand/seed/1";

    private final Machine<ProviderState, Input, Effect> machine;
    private final KeyStore keys;

    Drawn(Machine<ProviderState, Input, Effect> machine, KeyStore keys) {
        this.machine = machine;
        this.keys = keys;
    }

    /// All that the Terms say without the provider's doing, and where the wage goes.
    private record About(Order order, PublicKey stampKey, Address payee) {}

    static Fresh fresh(KeyStore keys, Message.Offer offer, Address payee) {
        byte[] about = Records.encode(new About(offer.order(), offer.stampKey(), payee));
        Bytes32 nonce = Bytes32.of(keys.derive(NONCE, about).secret().expose());
        KeyId workKey = new WorkKeys(keys).make(offer.order(), payee, Terms.dealSalt(nonce));
        KeyStore.Derived seed = keys.derive(SEED, about);
        boolean _ = keys.put(seed.handle(), seed.secret());
        seed.secret().erase();
        return new Fresh(workKey, seed.handle(), nonce, payee);
    }

    @Override
    public Step<ProviderState, Effect> step(ProviderState state, Input input) {
        return state instanceof Idle(Fresh drawn)
                        && input instanceof Input.Received(PartyId _, Message m, ChainTime _)
                        && m instanceof Message.Offer offer
                ? machine.step(new Idle(fresh(keys, offer, drawn.payee())), input)
                : machine.step(state, input);
    }
}
