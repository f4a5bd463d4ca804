package io.evenhand.protocols.delegation.stamper;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.machine.Failure;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.Optional;

/// Where a stamper stands in one exchange.
public sealed interface StamperState {
    /// Nobody asked yet; the stamp key is drawn.
    @Kind("Idle")
    record Idle(KeyId stampKey) implements StamperState {}

    /// The stamp key belongs to this customer's exchange.
    @Kind("Keyed")
    record Keyed(KeyId stampKey, PublicKey publicKey, PartyId customer, Bytes32 nonce)
            implements StamperState {}

    /// T3: policy, hidden data and psk are as committed.
    ///
    /// @param last the try that failed last, kept so that a repeat gets the same answer
    @Kind("Provisioned")
    record Provisioned(Commission commission, int attemptsUsed, Optional<Attempt> last)
            implements StamperState {}

    /// T5: the attempt is counted and flushed; the policy runs (16b).
    @Kind("Judging")
    record Judging(Commission commission, Attempt attempt) implements StamperState {}

    /// The one stamp of this exchange (D-I10).
    @Kind("StampMade")
    record StampMade(Commission commission, Attempt attempt, Stamped stamped)
            implements StamperState {}

    sealed interface Final extends StamperState {}

    @Kind("Expired")
    record Expired(Fault why) implements Final, Failure {}

    /// What the customer provisioned.
    record Commission(
            Keyed keyed,
            Terms terms,
            Xid xid,
            @Limit(Message.MAX_POLICY_BYTES) String policy,
            KeyId psk) {}

    /// @param work plaintext root of the bytes in the stamper's own spool
    record Attempt(int number, Bytes32 work, Bytes32 seedHash, KeyId seed) {
        boolean sameAs(Attempt other) {
            return number == other.number
                    && work.equals(other.work)
                    && seedHash.equals(other.seedHash);
        }
    }
}
