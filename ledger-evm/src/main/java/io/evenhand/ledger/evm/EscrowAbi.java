package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The bytes of the escrow's calls and events. Everything is static 32-byte words: a deal is ten.
final class EscrowAbi {
    static final String DEAL =
            "(address,address,address,uint256,uint256,bytes32,uint256,address,address,bytes32)";
    static final String PART = "(address,uint256,bytes32,address,address,bytes32)";

    static final String OPEN = "open(" + DEAL + ")";
    static final String CLAIM = "claim(" + DEAL + ",bytes32)";
    static final String REFUND = "refund(" + DEAL + ")";
    static final String RELEASE = "release(" + DEAL + ")";
    static final String OPEN_MANY = "openMany(address,uint256,uint256," + PART + "[])";
    static final String CLAIM_MANY = "claimMany(" + DEAL + "[],bytes32[])";
    static final String WITHDRAW = "withdraw(address)";
    static final String WITHDRAW_FOR = "withdrawFor(address)";
    static final String CREDIT = "credit(address)";

    static final Bytes32 OPENED = topic("Opened(bytes32,bytes32)");
    static final Bytes32 REVEALED = topic("Revealed(bytes32,bytes32)");
    static final Bytes32 REFUNDED = topic("Refunded(bytes32)");
    static final Bytes32 RELEASED = topic("Released(bytes32)");

    private static final int WORD = 32;
    static final int DEAL_BYTES = 10 * WORD;

    /// Which word of a deal is its deadline.
    static final int CLAIM_BY = 4;

    /// Calls of the escrow looked at inside one transaction: more are no honest claim.
    private static final int MAX_CALLS = 16;

    private static final int SELECTOR_BYTES = 4;
    private static final byte[] OPEN_SELECTOR = selector(OPEN);
    private static final byte[] CLAIM_SELECTOR = selector(CLAIM);
    private static final byte[] CLAIM_MANY_SELECTOR = selector(CLAIM_MANY);

    private EscrowAbi() {}

    /// A key that a transaction publishes for the deal with this fingerprint.
    record Published(Bytes32 dealWords, Bytes32 scalar) {}

    static byte[] selector(String signature) {
        return Arrays.copyOf(Hashes.keccak256(ascii(signature)), 4);
    }

    private static Bytes32 topic(String signature) {
        return Bytes32.of(Hashes.keccak256(ascii(signature)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static CallData call(String signature, byte[]... words) {
        return CallData.of(Hashes.concat(selector(signature), Hashes.concat(words)));
    }

    static byte[] word(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int from = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
        if (value.signum() < 0 || bytes.length - from > WORD) {
            throw new IllegalArgumentException(value + " is not a uint256");
        }
        byte[] word = new byte[WORD];
        System.arraycopy(bytes, from, word, WORD - (bytes.length - from), bytes.length - from);
        return word;
    }

    static byte[] word(long value) {
        return word(BigInteger.valueOf(value));
    }

    static byte[] word(Address address) {
        byte[] word = new byte[WORD];
        System.arraycopy(address.toByteArray(), 0, word, 12, 20);
        return word;
    }

    static byte[] words(Deal deal) {
        return Hashes.concat(
                word(deal.payer()),
                word(deal.payee()),
                word(deal.token()),
                word(deal.amount().value()),
                word(deal.claimBy()),
                deal.salt().toByteArray(),
                word(deal.lockKind()),
                word(deal.lock().a1()),
                word(deal.lock().a2()),
                deal.termsHash().toByteArray());
    }

    /// The deal that a call of `open` is for; nothing if it is another call, or no deal of ours.
    /// The contract does not read what stands behind the deal, so neither does this.
    static Optional<Deal> opened(byte[] call) {
        if (call.length < SELECTOR_BYTES + DEAL_BYTES || !matches(call, 0, OPEN_SELECTOR)) {
            return Optional.empty();
        }
        BigInteger claimBy = number(call, 4);
        BigInteger lockKind = number(call, 6);
        if (claimBy.bitLength() >= Long.SIZE || lockKind.bitLength() >= Integer.SIZE) {
            return Optional.empty();
        }
        return Optional.of(
                new Deal(
                        address(call, 0),
                        address(call, 1),
                        address(call, 2),
                        new Wei(number(call, 3)),
                        claimBy.longValueExact(),
                        Bytes32.of(call, SELECTOR_BYTES + 5 * WORD, WORD),
                        lockKind.intValueExact(),
                        new LockAddresses(address(call, 7), address(call, 8)),
                        Bytes32.of(call, SELECTOR_BYTES + 9 * WORD, WORD)));
    }

    private static BigInteger number(byte[] call, int word) {
        int at = SELECTOR_BYTES + word * WORD;
        return new BigInteger(1, Arrays.copyOfRange(call, at, at + WORD));
    }

    private static Address address(byte[] call, int word) {
        return Address.of(call, SELECTOR_BYTES + word * WORD + 12, 20);
    }

    /// Names a deal inside calldata, wherever the contract stands.
    static Bytes32 fingerprint(Deal deal) {
        return Bytes32.of(Hashes.keccak256(words(deal)));
    }

    /// Whether this is a call of one deal with this signature.
    static boolean isCall(CallData data, String signature) {
        byte[] bytes = data.expose();
        return bytes.length >= 4 + DEAL_BYTES && matches(bytes, 0, selector(signature));
    }

    /// The deadline of the deal that such a call names, in seconds; `Long.MAX_VALUE` if it is
    /// beyond.
    static long claimBy(CallData data) {
        int at = 4 + CLAIM_BY * WORD;
        BigInteger word = new BigInteger(1, Arrays.copyOfRange(data.expose(), at, at + WORD));
        return word.bitLength() < Long.SIZE ? word.longValueExact() : Long.MAX_VALUE;
    }

    /// What names the deal of such a call in the contract.
    static Bytes32 dealId(CallData data, long chainId, Address contract) {
        byte[] deal = Arrays.copyOfRange(data.expose(), 4, 4 + DEAL_BYTES);
        return Bytes32.of(Hashes.keccak256(Hashes.concat(word(chainId), word(contract), deal)));
    }

    static CallData openMany(List<Deal> deals) {
        Deal first = deals.getFirst();
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        for (Deal deal : deals) {
            parts.writeBytes(word(deal.payee()));
            parts.writeBytes(word(deal.amount().value()));
            parts.writeBytes(deal.salt().toByteArray());
            parts.writeBytes(word(deal.lock().a1()));
            parts.writeBytes(word(deal.lock().a2()));
            parts.writeBytes(deal.termsHash().toByteArray());
        }
        return call(
                OPEN_MANY,
                word(first.token()),
                word(first.claimBy()),
                word(first.lockKind()),
                word(4L * WORD),
                word(deals.size()),
                parts.toByteArray());
    }

    static CallData claimMany(List<Deal> deals, List<Bytes32> scalars) {
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        deals.forEach(deal -> list.writeBytes(words(deal)));
        ByteArrayOutputStream secrets = new ByteArrayOutputStream();
        scalars.forEach(scalar -> secrets.writeBytes(scalar.toByteArray()));
        long second = 3L * WORD + (long) deals.size() * DEAL_BYTES;
        return call(
                CLAIM_MANY,
                word(2L * WORD),
                word(second),
                word(deals.size()),
                list.toByteArray(),
                word(scalars.size()),
                secrets.toByteArray());
    }

    /// Every key that this calldata publishes: in a call of the escrow itself or, found by its
    /// selector, inside a call of some other contract. Nothing here says that a key is right.
    static List<Published> published(byte[] input) {
        List<Published> found = new ArrayList<>();
        int calls = 0;
        for (int at = 0; at + 4 + DEAL_BYTES + WORD <= input.length && calls < MAX_CALLS; at++) {
            if (matches(input, at, CLAIM_SELECTOR)) {
                calls++;
                found.add(
                        new Published(
                                fingerprint(input, at + 4),
                                Bytes32.of(input, at + 4 + DEAL_BYTES, WORD)));
            } else if (matches(input, at, CLAIM_MANY_SELECTOR)) {
                calls++;
                addMany(input, at + 4, found);
            }
        }
        return found;
    }

    private static void addMany(byte[] input, int base, List<Published> found) {
        int deals = offset(input, base, base);
        int secrets = offset(input, base + WORD, base);
        if (deals < 0 || secrets < 0) {
            return;
        }
        int count = Math.min(length(input, deals, DEAL_BYTES), length(input, secrets, WORD));
        for (int i = 0; i < count; i++) {
            found.add(
                    new Published(
                            fingerprint(input, deals + WORD + i * DEAL_BYTES),
                            Bytes32.of(input, secrets + WORD + i * WORD, WORD)));
        }
    }

    /// Where a dynamic argument begins, -1 if that is outside.
    private static int offset(byte[] input, int at, int base) {
        if (at + WORD > input.length) {
            return -1;
        }
        BigInteger offset = new BigInteger(1, Arrays.copyOfRange(input, at, at + WORD));
        BigInteger start = offset.add(BigInteger.valueOf(base));
        return start.add(BigInteger.valueOf(WORD)).compareTo(BigInteger.valueOf(input.length)) > 0
                ? -1
                : start.intValueExact();
    }

    /// How many items are there, as claimed or as fit.
    private static int length(byte[] input, int at, int itemBytes) {
        BigInteger claimed = new BigInteger(1, Arrays.copyOfRange(input, at, at + WORD));
        int fit = (input.length - at - WORD) / itemBytes;
        return claimed.min(BigInteger.valueOf(fit)).intValueExact();
    }

    private static Bytes32 fingerprint(byte[] input, int at) {
        return Bytes32.of(Hashes.keccak256(Arrays.copyOfRange(input, at, at + DEAL_BYTES)));
    }

    private static boolean matches(byte[] input, int at, byte[] selector) {
        return Arrays.equals(input, at, at + 4, selector, 0, 4);
    }

    /// Whether these bytes hold the address anywhere.
    static boolean mentions(byte[] input, Address address) {
        byte[] wanted = address.toByteArray();
        for (int at = 0; at + wanted.length <= input.length; at++) {
            if (Arrays.equals(input, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
