package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.evidence.EvidenceFormat;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.List;
import java.util.Optional;

/// The signed facts of one delegation as one party holds them. It never contains psk, seed, input,
/// hidden data or work.
///
/// Most lists hold one element; a second one shows that its signer said two things.
///
/// @param keeper the party that put it together
/// @param terms once the provider accepted; before, only the ending says what it was about
/// @param policy the text that the Terms commit to
/// @param possession proof of the work key, signed with it
/// @param ready the stamper's Ready
/// @param endings how it stands or ended, as parties say
public record Evidence(
        PartyId keeper,
        Optional<Terms> terms,
        Optional<PolicyText> policy,
        Optional<Signature> customer,
        Optional<Signature> provider,
        Optional<Signature> possession,
        Optional<Signature> ready,
        @Limit(Evidence.MAX_SAME) List<Stamped> stamps,
        @Limit(Evidence.MAX_SAME) List<Delivery> deliveries,
        @Limit(Evidence.MAX_SAME) List<Acknowledgement> acknowledgements,
        @Limit(Evidence.MAX_SAME) List<Deposit> deposits,
        @Limit(Evidence.MAX_OBSERVATIONS) List<Observed> observations,
        @Limit(Evidence.MAX_SAME) List<Ended> endings) {
    /// Two different statements already prove their signer dishonest.
    static final int MAX_SAME = 4;

    /// More than a deal has transactions.
    static final int MAX_OBSERVATIONS = 8;

    public static final EvidenceFormat<Evidence> FORMAT = new Format();

    public Evidence {
        stamps = List.copyOf(stamps);
        deliveries = List.copyOf(deliveries);
        acknowledgements = List.copyOf(acknowledgements);
        deposits = List.copyOf(deposits);
        observations = List.copyOf(observations);
        endings = List.copyOf(endings);
    }

    /// The policy and the salt of its commitment.
    public record PolicyText(@Limit(Message.MAX_POLICY_BYTES) String text, Bytes32 salt) {}

    /// The provider's signed delivery of a seal under a stamp.
    public record Delivery(SealHeader header, Bytes32 stampHash, Signature signature) {}

    /// The customer's signed receipt of a seal.
    public record Acknowledgement(SealId sealId, Signature signature) {}

    /// The customer's signed notice of its deposit.
    public record Deposit(Deal deal, Signature signature) {}

    /// What a party saw on the chain.
    public record Observed(Observation observation, PartyId by, Signature signature) {}

    /// What a party says about the end.
    public record Ended(Ending ending, PartyId by, Signature signature) {}

    private static final class Format implements EvidenceFormat<Evidence> {
        @Override
        public String entry() {
            return "evidence/delegation-2.cbor";
        }

        @Override
        public Class<Evidence> document() {
            return Evidence.class;
        }

        @Override
        public PartyId keeper(Evidence document) {
            return document.keeper();
        }
    }
}
