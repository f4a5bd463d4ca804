package io.evenhand.protocols.delegation.message;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Xid;

/// The signed statements of a delegation beside its Terms and the stamp.
public final class Statements {
    private Statements() {}

    /// Made when the exchange has its id.
    public interface OfExchange extends Statement {
        Xid xid();

        @Override
        default Bytes32 exchange() {
            return xid().value();
        }
    }

    /// "This stamp key was made in me for this customer's exchange", signed by the stamper's
    /// identity.
    public record StampKey(
            PartyId stamper, PartyId customer, Bytes32 nonce, PublicKey stampKey, String profile)
            implements Statement {
        @Override
        public String type() {
            return "deleg/stamp-key";
        }

        @Override
        public Bytes32 exchange() {
            return nonce;
        }
    }

    /// "I know the secret of the work key of these Terms", signed with that key (ECDSA).
    public record Possession(Xid xid) implements OfExchange {
        @Override
        public String type() {
            return "deleg/possession";
        }
    }

    /// "I hold policy, hidden data and psk as these Terms commit them", signed by the stamper's
    /// identity (16a).
    public record Provisioned(Xid xid) implements OfExchange {
        @Override
        public String type() {
            return "deleg/ready";
        }
    }

    /// "I delivered this seal with this stamp", signed by the provider; without it nobody can say
    /// so (16c).
    public record Delivered(Xid xid, SealId sealId, Bytes32 stampHash) implements OfExchange {
        @Override
        public String type() {
            return "deleg/deliver";
        }
    }

    /// "I hold every byte of this seal", signed by the customer (T8).
    public record Acknowledged(Xid xid, SealId sealId) implements OfExchange {
        @Override
        public String type() {
            return "deleg/ack";
        }
    }

    /// "I opened this deal for this exchange", signed by the customer (16e).
    public record Deposited(Xid xid, DealId dealId, Deal deal) implements OfExchange {
        @Override
        public String type() {
            return "deleg/funded";
        }
    }
}
