package io.evenhand.protocols.delegation.provider;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.machine.Failure;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message.Offer;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;

/// Where a provider stands in one exchange.
public sealed interface ProviderState {
    /// No deposit is known.
    sealed interface BeforeDeposit extends ProviderState {
        Order order();
    }

    /// The customer says there is a deposit: the chain decides from here on.
    sealed interface AfterDeposit extends ProviderState {
        Engaged engaged();

        Deal deal();
    }

    /// An offer may come.
    @Kind("Idle")
    record Idle(Fresh fresh) implements ProviderState {}

    /// T2 is sent.
    @Kind("Accepted")
    record Accepted(Agreement agreement) implements BeforeDeposit {
        @Override
        public Order order() {
            return agreement.terms().order();
        }
    }

    /// T4: the customer's signature and the stamper's Ready are here, the input is on its way.
    @Kind("AwaitingInput")
    record AwaitingInput(Engaged engaged) implements BeforeDeposit {
        @Override
        public Order order() {
            return engaged.order();
        }
    }

    /// Paper step 3.
    @Kind("Working")
    record Working(Engaged engaged, int attempt) implements BeforeDeposit {
        @Override
        public Order order() {
            return engaged.order();
        }
    }

    /// T5: work and seed are flushed (16b) and at the stamper.
    @Kind("Trying")
    record Trying(Engaged engaged, int attempt, Bytes32 work) implements BeforeDeposit {
        @Override
        public Order order() {
            return engaged.order();
        }
    }

    /// T6: the stamp is here; the provider seals for itself and compares.
    @Kind("Sealing")
    record Sealing(Engaged engaged, int attempt, Bytes32 work, Stamped stamped)
            implements BeforeDeposit {
        @Override
        public Order order() {
            return engaged.order();
        }
    }

    /// T7 is sent; a deposit may come until tFund.
    @Kind("Delivering")
    record Delivering(Engaged engaged, SealHeader header, SealId sealId, Stamped stamped)
            implements BeforeDeposit {
        @Override
        public Order order() {
            return engaged.order();
        }
    }

    /// T10: the deposit is as agreed but not final.
    @Kind("Confirming")
    record Confirming(Engaged engaged, SealId sealId, Deal deal) implements AfterDeposit {}

    /// T11: the secret of the work key is shown. There is no way back (R3).
    @Kind("Revealing")
    record Revealing(Engaged engaged, Deal deal) implements AfterDeposit {}

    /// The deposit came too late; the wage goes back (decisions 10).
    @Kind("Releasing")
    record Releasing(Engaged engaged, Deal deal) implements AfterDeposit {}

    sealed interface Final extends ProviderState {}

    /// The wage is here.
    @Kind("Settled")
    record Settled(Xid xid) implements Final {}

    /// The deposit went back; the key was never shown.
    @Kind("Returned")
    record Returned(Xid xid) implements Final {}

    /// The key was shown and the deposit went back all the same: outside the stated margins.
    @Kind("Lost")
    record Lost(Xid xid) implements Final {}

    /// T6: the stamp is not for the seal that the provider made of the same work. Nothing was
    /// delivered, and the stamper is not honest.
    @Kind("Deceived")
    record Deceived(Xid xid) implements Final, Failure {
        @Override
        public Fault why() {
            return Rule.STAMP_MISMATCH.because(
                    "the stamp does not name the seal the provider made itself; the stamper is not"
                            + " honest");
        }
    }

    /// There was no deposit, or none to reveal a key for.
    @Kind("Aborted")
    record Aborted(Fault why) implements Final, Failure {}

    /// What the provider adds to an offer. Nobody else can tell it from random values.
    ///
    /// @param workKey handle of sk_sp
    /// @param seed handle of ρ
    record Fresh(KeyId workKey, KeyId seed, Bytes32 nonce, Address payee) {}

    /// The offer with the Terms the provider made of it.
    record Agreement(Fresh fresh, Offer offer, Terms terms, Xid xid) {}

    /// An agreement that the customer signed too.
    record Engaged(Agreement agreement, Signature customer, KeyId psk) {
        Order order() {
            return agreement.terms().order();
        }
    }
}
