package io.evenhand.node.delegation;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/// What a provider tells a customer about itself before an offer: the customer fills its order from
/// it. Nothing here is signed; what counts is what the Terms say.
///
/// @param about one line for people
/// @param minClaimWindowSeconds least time between tFund and claimBy
/// @param longestSeconds for one attempt; longer work is broken off
/// @param usualSeconds how long an order usually takes; 0 if the provider does not say
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
        long minClaimWindowSeconds,
        long longestSeconds,
        long usualSeconds) {
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

    /// Bytes of the line for people.
    public static final int MAX_ABOUT = 200;

    /// A week: longer work belongs into several exchanges.
    public static final long MAX_SECONDS = 7 * 86_400L;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /// Whether a service may be called so.
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    public ServiceCard {
        policies = List.copyOf(policies);
        rails = List.copyOf(rails);
        stampers = List.copyOf(stampers);
    }

    /// Checks that what a customer would copy from the card into its own order is acceptable, and
    /// that the rest is what a provider of this program would say.
    public ServiceCard checked() {
        if (!isName(name) || about.getBytes(StandardCharsets.UTF_8).length > MAX_ABOUT) {
            throw new MalformedException(
                    "the provider's card has no name of a-z, 0-9 and -, or more than "
                            + MAX_ABOUT
                            + " bytes about it");
        }
        if (price.equals(Wei.ZERO)) {
            throw new MalformedException("the provider's card names no price");
        }
        if (longestSeconds < 1
                || longestSeconds > MAX_SECONDS
                || usualSeconds < 0
                || usualSeconds > longestSeconds) {
            throw new MalformedException(
                    "the provider's card names times that no service has: usually "
                            + usualSeconds
                            + " s, at most "
                            + longestSeconds
                            + " s");
        }
        if (!policies.stream().allMatch(ServiceCard::isName)
                || !stampers.stream().map(StamperRef::profile).allMatch(ServiceCard::isName)) {
            throw new MalformedException(
                    "the provider's card names a policy or profile that is no word of a-z, 0-9 and"
                            + " -");
        }
        for (StamperRef stamper : stampers) {
            if (!stamper.hasAddress()) {
                throw new MalformedException(
                        "the provider's card names a stamper without an address");
            }
        }
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
