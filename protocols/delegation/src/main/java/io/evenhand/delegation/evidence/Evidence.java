package io.evenhand.delegation.evidence;

import io.evenhand.delegation.message.Message.Stamped;
import io.evenhand.delegation.message.Terms;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import java.util.List;
import java.util.Optional;

/// The signed facts of one delegation as one party holds them. It never contains psk, seed, input,
/// hidden data or work.
///
/// @param keeper the party that put it together and signed the observations
/// @param possession proof of the work key, signed with it
/// @param ready the stamper's Ready
/// @param stamps the stamp; a second one would prove the stamper dishonest
public record Evidence(
        PartyId keeper,
        Terms terms,
        Optional<Signature> customer,
        Optional<Signature> provider,
        Optional<Signature> possession,
        Optional<Signature> ready,
        @Limit(Evidence.MAX_STAMPS) List<Stamped> stamps,
        Optional<Delivery> delivery,
        Optional<Signature> acknowledged,
        Optional<Deposit> deposit,
        @Limit(Evidence.MAX_OBSERVATIONS) List<Observed> observations) {
    /// Two different stamps already prove the stamper dishonest.
    static final int MAX_STAMPS = 4;

    /// More than a deal has transactions.
    static final int MAX_OBSERVATIONS = 8;

    /// Where it lies in the container.
    public static final String ENTRY = "evidence/delegation-1.cbor";

    /// The provider's signed delivery of a seal.
    public record Delivery(SealHeader header, Signature signature) {}

    /// The customer's signed notice of its deposit.
    public record Deposit(Deal deal, Signature signature) {}

    /// What the keeper saw on the chain.
    public record Observed(Observation observation, Signature signature) {}
}
