package io.evenhand.ledger.evm;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// How much gas a transaction is given: what this release knows its call to use at worst, or more
/// if the chain wants more.
///
/// A call without a secret is estimated by the node. A call with one never is: instead the node
/// estimates a payment of nothing with as many bytes, none of them zero and none predictable, so
/// that they cost what any bytes cost at most. What it asks beyond Ethereum's own price of such
/// bytes is what this chain charges besides (a rollup does, for its data on another chain); twice
/// of that is added, as that price moves. Gas that is not used is not paid.
///
/// What was asked for one call holds for calls of its kind for a while.
final class GasNeed {
    /// Ethereum's price of a transaction, of a byte that is not zero, and of such a byte in a
    /// transaction that is data mostly (EIP-2028, EIP-7623).
    private static final long BASE_GAS = 21_000;

    private static final long BYTE_GAS = 16;
    private static final long FLOOR_BYTE_GAS = 40;

    private static final Duration HOLDS = Duration.ofMinutes(1);

    private static final int MAX_KINDS = 64;

    /// Calls that cost the same but for a little: the same function of the same contract.
    private record Kind(Optional<Address> to, Bytes32 function, int bytes, boolean secret) {
        static Kind of(Intent intent) {
            byte[] data = intent.data().expose();
            byte[] function = Arrays.copyOf(data, Math.min(data.length, 4));
            return new Kind(
                    intent.to(),
                    Bytes32.of(Hashes.keccak256(function)),
                    data.length,
                    intent.secret());
        }
    }

    /// @param surplus beyond what the intent names
    private record Known(long surplus, long nanos) {}

    private final Map<Kind, Known> known =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Kind, Known> eldest) {
                    return size() > MAX_KINDS;
                }
            };

    synchronized long forCall(
            JsonRpc rpc, Optional<SecondOpinion> second, Address from, Intent intent) {
        Kind kind = Kind.of(intent);
        long now = System.nanoTime();
        Known before = known.get(kind);
        if (before != null && now - before.nanos() <= HOLDS.toNanos()) {
            return intent.gasLimit() + before.surplus();
        }
        // The lower of two answers counts, so that one liar cannot make a claim look too dear to
        // be sent. What one says alone, or none says, holds for this once.
        Optional<Long> first = asked(rpc, from, intent);
        boolean alone = second.isEmpty() || first.equals(Optional.of(intent.gasLimit()));
        Optional<Long> other =
                alone ? first : second.get().tell(r -> asked(r, from, intent)).flatMap(a -> a);
        long gas =
                Stream.of(first, other)
                        .flatMap(Optional::stream)
                        .min(Long::compare)
                        .orElse(intent.gasLimit());
        if (first.isPresent() && other.isPresent()) {
            known.put(kind, new Known(gas - intent.gasLimit(), now));
        }
        return gas;
    }

    /// What one endpoint says; nothing if it is silent and a claim must not wait for it.
    private static Optional<Long> asked(JsonRpc rpc, Address from, Intent intent) {
        long known = intent.gasLimit();
        if (!intent.secret()) {
            Optional<Long> asked = answer(() -> estimate(rpc, from, intent));
            if (asked.isPresent()) {
                // A bare payment needs the same at any time.
                long room = asked.get() <= BASE_GAS ? 0 : asked.get() / 4;
                return Optional.of(Math.max(known, asked.get() + room));
            }
        }
        try {
            return Optional.of(known + surplus(rpc, from, intent.data().length()));
        } catch (LedgerException e) {
            if (intent.secret()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// What this chain asks beyond Ethereum for so many bytes; nothing if it does not say.
    static long surplus(JsonRpc rpc, Address from, int bytes) {
        return answer(() -> plain(rpc, from, bytes))
                .filter(gas -> gas > BASE_GAS + FLOOR_BYTE_GAS * bytes)
                .map(gas -> 2 * (gas - BASE_GAS - BYTE_GAS * bytes))
                .orElse(0L);
    }

    private interface Question {
        long ask();
    }

    private static Optional<Long> answer(Question question) {
        try {
            long gas = question.ask();
            // More than a transaction may ever have is no answer.
            return gas > Intent.MAX_GAS ? Optional.empty() : Optional.of(gas);
        } catch (LedgerException e) {
            if (e.isPassing()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static long estimate(JsonRpc rpc, Address from, Intent intent) {
        Map<String, Object> call = new HashMap<>();
        call.put("from", from.toString());
        intent.to().ifPresent(to -> call.put("to", to.toString()));
        call.put("value", "0x" + intent.value().value().toString(16));
        call.put("data", Hex.format(intent.data().expose()));
        return rpc.call("eth_estimateGas", call).quantity();
    }

    /// What a payment of nothing to ourselves needs, with so many bytes beside it.
    static long plain(JsonRpc rpc, Address from, int bytes) {
        Map<String, Object> call =
                Map.of(
                        "from", from.toString(),
                        "to", from.toString(),
                        "value", "0x0",
                        "data", Hex.format(noise(bytes)));
        return rpc.call("eth_estimateGas", call).quantity();
    }

    /// Bytes that do not compress: some rollups charge for what is left of them then.
    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        for (int at = 0; at < size; at += 32) {
            byte[] hash = Hashes.keccak256(ByteBuffer.allocate(4).putInt(at).array());
            System.arraycopy(hash, 0, noise, at, Math.min(32, size - at));
        }
        for (int at = 0; at < size; at++) {
            noise[at] = noise[at] == 0 ? 1 : noise[at];
        }
        return noise;
    }
}
