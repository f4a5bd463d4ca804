package io.evenhand.protocols.delegation.customer;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.machine.Failure;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.Optional;

/// Where a customer stands in one exchange.
public sealed interface CustomerState {
    /// Nothing is paid, as far as this state knows.
    sealed interface BeforeDeposit extends CustomerState {
        Order order();
    }

    /// The deposit is out: only the chain ends this.
    sealed interface AfterDeposit extends CustomerState {
        Agreed agreed();

        Delivery delivery();

        Deal deal();
    }

    @Kind("Idle")
    record Idle(Plan plan) implements BeforeDeposit {
        @Override
        public Order order() {
            return plan.order();
        }
    }

    @Kind("AskingStampKey")
    record AskingStampKey(Plan plan) implements BeforeDeposit {
        @Override
        public Order order() {
            return plan.order();
        }
    }

    /// T1 is sent.
    @Kind("Offered")
    record Offered(Plan plan, PublicKey stampKey) implements BeforeDeposit {
        @Override
        public Order order() {
            return plan.order();
        }
    }

    /// T2 is here and signed; T3 is sent.
    @Kind("Provisioning")
    record Provisioning(Agreed agreed) implements BeforeDeposit {
        @Override
        public Order order() {
            return agreed.terms().order();
        }
    }

    /// T4 is sent.
    @Kind("AwaitingWork")
    record AwaitingWork(Agreed agreed) implements BeforeDeposit {
        @Override
        public Order order() {
            return agreed.terms().order();
        }
    }

    /// T7: the delivery is as agreed; its chunks are on their way.
    @Kind("Fetching")
    record Fetching(Agreed agreed, Delivery delivery) implements BeforeDeposit {
        @Override
        public Order order() {
            return agreed.terms().order();
        }
    }

    /// Every chunk is here; the chain is asked for an earlier deal with this xid before anything is
    /// paid (10b).
    @Kind("Checking")
    record Checking(Agreed agreed, Delivery delivery, Deal deal) implements BeforeDeposit {
        @Override
        public Order order() {
            return agreed.terms().order();
        }
    }

    /// T9 is on its way or done.
    @Kind("Funding")
    record Funding(Agreed agreed, Delivery delivery, Deal deal) implements AfterDeposit {}

    /// T12: the key is public.
    @Kind("Opening")
    record Opening(Agreed agreed, Delivery delivery, Deal deal, RevealedKey key)
            implements AfterDeposit {}

    /// The seal was tried with the key; the claim is not final yet.
    @Kind("Opened")
    record Opened(Agreed agreed, Delivery delivery, Deal deal, boolean passed)
            implements AfterDeposit {}

    /// T13.
    @Kind("Refunding")
    record Refunding(Agreed agreed, Delivery delivery, Deal deal, Optional<Boolean> passed)
            implements AfterDeposit {}

    sealed interface Final extends CustomerState {}

    /// The wage is paid.
    ///
    /// @param passed the seal opened and the policy passed again; false proves the stamper wrong
    @Kind("Settled")
    record Settled(Xid xid, boolean passed) implements Final {}

    /// The wage came back.
    @Kind("Refunded")
    record Refunded(Xid xid) implements Final {}

    /// Nothing was ever paid.
    @Kind("Aborted")
    record Aborted(Fault why) implements Final, Failure {}

    /// Terms with both signatures, and what the customer knows beside them.
    record Agreed(Plan plan, Terms terms, Xid xid, Signature customer, Signature provider) {}

    /// The seal that the stamp names.
    record Delivery(SealHeader header, SealId sealId, Stamped stamped) {}
}
