package io.evenhand.node.delegation;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.nio.ByteBuffer;
import java.util.List;

/// What a provider tells a customer about itself before an offer: the customer fills its order from
/// it. Nothing here is signed; what counts is what the Terms say.
///
/// @param about one line for people
/// @param minClaimWindowSeconds least time between tFund and claimBy
public record ServiceCard(
        String name,
        String about,
        Wei price,
        long maxInputBytes,
        long maxWorkBytes,
        int attempts,
        @Limit(ServiceCard.MAX_ITEMS) List<String> policies,
        @Limit(ServiceCard.MAX_ITEMS) List<Rail> rails,
        @Limit(ServiceCard.MAX_ITEMS) List<StamperRef> stampers,
        long minClaimWindowSeconds) {
    /// Most attempts of one exchange.
    public static final int MAX_ATTEMPTS = 1_000;

    /// More of a kind than a provider has.
    static final int MAX_ITEMS = 64;

    /// Size of the file a card is served as, always the same: 64 policies, rails and stampers of a
    /// few hundred bytes fit.
    public static final int BLOB_BYTES = 128 * 1024;

    /// Under this reference and name a provider serves its card to every peer it let in.
    public static final Bytes32 REF = Bytes32.ZERO;

    public static final String BLOB = "card";

    /// Three days: what the card asks for here, a provider that takes no claim locks of the wage.
    /// It is long enough for an operator who is away over a weekend.
    static final long MAX_CLAIM_WINDOW_SECONDS = 3L * 86_400;

    public ServiceCard {
        policies = List.copyOf(policies);
        rails = List.copyOf(rails);
        stampers = List.copyOf(stampers);
    }

    /// Checks that what a customer would copy from the card into its own order is acceptable.
    public ServiceCard checked() {
        if (minClaimWindowSeconds < 0 || minClaimWindowSeconds > MAX_CLAIM_WINDOW_SECONDS) {
            throw new MalformedException(
                    "D9: the provider's card asks for a claim window of "
                            + minClaimWindowSeconds
                            + " s, limit "
                            + MAX_CLAIM_WINDOW_SECONDS
                            + ": the wage would be locked for so long");
        }
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            throw new MalformedException(
                    "D6: the provider's card asks for "
                            + attempts
                            + " attempts, limit "
                            + MAX_ATTEMPTS);
        }
        if (maxInputBytes < 0 || maxWorkBytes < 1) {
            throw new MalformedException("the provider's card names sizes below 0");
        }
        return this;
    }

    /// The card as a file: its length in four bytes, the card, zeros.
    public byte[] toBlob() {
        byte[] card = Records.encode(this);
        return ByteBuffer.allocate(BLOB_BYTES).putInt(card.length).put(card).array();
    }

    public static ServiceCard ofBlob(byte[] blob) {
        ByteBuffer in = ByteBuffer.wrap(blob);
        int length = blob.length == BLOB_BYTES ? in.getInt() : -1;
        if (length < 0 || length > in.remaining()) {
            throw new MalformedException("this is no service card");
        }
        byte[] card = new byte[length];
        in.get(card);
        while (in.hasRemaining()) {
            if (in.get() != 0) {
                throw new MalformedException("a service card with something behind it");
            }
        }
        return Records.decode(ServiceCard.class, card);
    }
}
