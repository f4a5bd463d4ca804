package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Words;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// The bytes of the Meter's calls and events. Everything is static 32-byte words.
final class MeterAbi {
    static final String OPEN = "open(address,address,uint256,bytes32)";
    static final String TOP_UP = "topUp(bytes32,address)";
    static final String CLOSE = "close(address,uint256,bytes32,uint256,bytes32,bytes32,bytes32)";
    static final String CLOSE_FOR =
            "closeFor(address,address,uint256,bytes32,uint256,bytes32,bytes32,bytes32,uint256,"
                    + "bytes32,bytes32)";
    static final String REFUND = "refund(address,address,address,uint256,bytes32)";
    static final String RELEASE = "release(address,address,uint256,bytes32)";

    static final Bytes32 OPENED = topic("Opened(bytes32)");
    static final Bytes32 CLOSED = topic("Closed(bytes32,bytes32)");
    static final Bytes32 REFUNDED = topic("Refunded(bytes32)");
    static final Bytes32 RELEASED = topic("Released(bytes32)");

    private static final int WORD = 32;
    private static final int SELECTOR_BYTES = 4;

    private MeterAbi() {}

    /// What a call says about the channel that it is for.
    ///
    /// @param key the channel's storage key
    /// @param timeout seconds since 1970
    /// @param total what a closing pays to the payee
    /// @param secret what a closing makes public
    record Named(Bytes32 key, long timeout, Optional<Wei> total, Optional<Bytes32> secret) {}

    /// Stands for the caller in the place of an address.
    private static final int CALLER = -1;

    /// An update stands nowhere in the call, and a signer only in those without one.
    private static final int NOWHERE = -2;

    /// What opens or ends one channel, and at which word of its arguments each field stands.
    enum Function {
        OPEN(MeterAbi.OPEN, 4, CALLER, 0, 1, 2, NOWHERE),
        CLOSE(MeterAbi.CLOSE, 7, 0, CALLER, NOWHERE, 1, 3),
        CLOSE_FOR(MeterAbi.CLOSE_FOR, 11, 1, 0, NOWHERE, 2, 4),
        REFUND(MeterAbi.REFUND, 5, 0, 1, 2, 3, NOWHERE),
        RELEASE(MeterAbi.RELEASE, 4, 0, CALLER, 1, 2, NOWHERE);

        private final int selector;
        private final int length;
        private final int payer;
        private final int payee;
        private final int signer;

        /// The xid stands behind it.
        private final int timeout;

        /// Where total, secret and signature begin.
        private final int update;

        Function(
                String signature,
                int words,
                int payer,
                int payee,
                int signer,
                int timeout,
                int update) {
            this.selector = selector(signature);
            this.length = SELECTOR_BYTES + words * WORD;
            this.payer = payer;
            this.payee = payee;
            this.signer = signer;
            this.timeout = timeout;
            this.update = update;
        }
    }

    private static Bytes32 topic(String signature) {
        return Bytes32.of(Hashes.keccak256(Hashes.ascii(signature)));
    }

    static CallData open(MeterChannel c) {
        return EscrowAbi.call(
                OPEN,
                Words.address(c.payee()),
                Words.address(c.signer()),
                Words.uint(c.timeout(), 256),
                c.xid().toByteArray());
    }

    static CallData topUp(Bytes32 channel, Address signer) {
        return EscrowAbi.call(TOP_UP, channel.toByteArray(), Words.address(signer));
    }

    static CallData close(MeterChannel c, MeterPair pair) {
        return EscrowAbi.call(
                CLOSE,
                Words.address(c.payer()),
                Words.uint(c.timeout(), 256),
                c.xid().toByteArray(),
                words(pair));
    }

    static CallData closeFor(
            MeterChannel c, MeterPair pair, long notBefore, CompactSignature close) {
        return EscrowAbi.call(
                CLOSE_FOR,
                Words.address(c.payee()),
                Words.address(c.payer()),
                Words.uint(c.timeout(), 256),
                c.xid().toByteArray(),
                words(pair),
                Words.uint(notBefore, 256),
                close.toByteArray());
    }

    private static byte[] words(MeterPair pair) {
        return Hashes.concat(
                Words.uint(pair.total().value(), 256),
                pair.key().toByteArray(),
                pair.signature().toByteArray());
    }

    static CallData refund(MeterChannel c) {
        return EscrowAbi.call(
                REFUND,
                Words.address(c.payer()),
                Words.address(c.payee()),
                Words.address(c.signer()),
                Words.uint(c.timeout(), 256),
                c.xid().toByteArray());
    }

    static CallData release(MeterChannel c) {
        return EscrowAbi.call(
                RELEASE,
                Words.address(c.payer()),
                Words.address(c.signer()),
                Words.uint(c.timeout(), 256),
                c.xid().toByteArray());
    }

    /// Which call this is; nothing if it is none that opens or ends a channel. The contract does
    /// not read what stands behind its arguments, so neither does this.
    static Optional<Function> function(CallData data) {
        byte[] bytes = data.expose();
        return Arrays.stream(Function.values())
                .filter(f -> bytes.length >= f.length && starts(bytes, f.selector))
                .findFirst();
    }

    static boolean isTopUp(CallData data) {
        byte[] bytes = data.expose();
        return bytes.length >= SELECTOR_BYTES + 2 * WORD && starts(bytes, selector(TOP_UP));
    }

    /// The channel of a call by this account; nothing if it is no such call, or one that the
    /// contract refuses for its timeout or its signature.
    static Optional<Named> named(Rail meter, Address caller, CallData data) {
        byte[] call = data.expose();
        return function(data).flatMap(function -> named(meter, caller, function, call));
    }

    private static Optional<Named> named(Rail meter, Address caller, Function f, byte[] call) {
        long timeout = time(call, f.timeout);
        Address signer = f.signer == NOWHERE ? Address.ZERO : address(call, f.signer, caller);
        MeterChannel channel =
                new MeterChannel(
                        address(call, f.payer, caller),
                        address(call, f.payee, caller),
                        signer,
                        timeout,
                        word(call, f.timeout + 1));
        if (timeout == Long.MAX_VALUE) {
            return Optional.empty();
        }
        Bytes32 id = MeterHashes.channel(meter, channel);
        if (f.update == NOWHERE) {
            return Optional.of(
                    new Named(
                            MeterHashes.key(id, signer),
                            timeout,
                            Optional.empty(),
                            Optional.empty()));
        }
        Wei total = new Wei(number(call, f.update));
        Bytes32 secret = word(call, f.update + 1);
        byte[] digest = MeterHashes.update(meter, id, total, MeterHashes.lock(secret));
        return MeterHashes.recover(
                        digest,
                        new CompactSignature(word(call, f.update + 2), word(call, f.update + 3)))
                .map(who ->
                        new Named(
                                MeterHashes.key(id, who),
                                timeout,
                                Optional.of(total),
                                Optional.of(secret)));
    }

    /// What a closing asks for.
    static Optional<Wei> total(CallData data) {
        return function(data)
                .filter(function -> function.update != NOWHERE)
                .map(function -> new Wei(number(data.expose(), function.update)));
    }

    /// When the channel of such a call times out, in seconds; `Long.MAX_VALUE` if it is beyond.
    static Optional<Long> timeout(CallData data) {
        return function(data).map(function -> time(data.expose(), function.timeout));
    }

    private static long time(byte[] call, int at) {
        BigInteger number = number(call, at);
        return number.bitLength() < Long.SIZE ? number.longValueExact() : Long.MAX_VALUE;
    }

    private static Address address(byte[] call, int at, Address caller) {
        return at == CALLER ? caller : Address.of(call, SELECTOR_BYTES + at * WORD + 12, 20);
    }

    private static Bytes32 word(byte[] call, int at) {
        return Bytes32.of(call, SELECTOR_BYTES + at * WORD, WORD);
    }

    private static BigInteger number(byte[] call, int at) {
        return new BigInteger(1, word(call, at).toByteArray());
    }

    private static int selector(String signature) {
        return ByteBuffer.wrap(EscrowAbi.selector(signature)).getInt();
    }

    private static boolean starts(byte[] bytes, int selector) {
        return ByteBuffer.wrap(bytes).getInt() == selector;
    }
}
