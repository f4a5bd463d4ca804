package io.evenhand.simulation.escrow;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A random sequence of escrow calls from a seed, in words that fit the model and the real contract
/// alike: a {@link Casting} says who the parties are.
///
/// Most calls make sense; every fourth or so has something wrong, so that both must refuse it.
public record EscrowScript(long seed, List<Sketch> deals, List<Call> calls) {
    private static final int DEALS = 8;
    private static final int KEYS = 4;

    /// Longer than a test takes; the least window of the contract is a minute.
    private static final long SHORTEST_WINDOW_SECONDS = 90;

    private static final long WINDOW_SPREAD_SECONDS = 600;

    public EscrowScript {
        deals = List.copyOf(deals);
        calls = List.copyOf(calls);
    }

    /// Who takes part. `REFUSER` is a contract that refuses coin.
    public enum Party {
        PAYER,
        PAYEE,
        STRANGER,
        REFUSER
    }

    /// A deal before addresses and times are known.
    ///
    /// @param claimAfterSeconds its `claimBy`, counted from the script's start
    /// @param key the number of the key that opens it
    public record Sketch(
            Party payer,
            Party payee,
            long amount,
            long claimAfterSeconds,
            int salt,
            int key,
            int lockKind) {}

    /// One call; deals are named by their place in `deals`.
    public sealed interface Call {
        /// @param surplus what the value sent is above the amount
        record Open(int deal, Party sender, long surplus) implements Call {}

        record OpenMany(List<Integer> deals, Party sender, long surplus) implements Call {}

        record Claim(int deal, int key, Party sender) implements Call {}

        record ClaimMany(List<Integer> deals, List<Integer> keys, Party sender) implements Call {}

        record Refund(int deal, Party sender) implements Call {}

        record Release(int deal, Party sender) implements Call {}

        /// The credit of `owner` to `to`; to the owner itself anybody may send it.
        record Withdraw(Party owner, Party to) implements Call {}

        record Wait(long seconds) implements Call {}
    }

    /// What the words stand for on one side.
    public interface Casting {
        Address address(Party party);

        LockAddresses lock(int key);

        RevealedKey key(int key);

        /// Block timestamp in seconds from which `claimBy` counts.
        long start();
    }

    public static EscrowScript of(long seed, int length) {
        Random random = new Random(seed);
        List<Sketch> deals = new ArrayList<>();
        for (int salt = 0; salt < DEALS; salt++) {
            deals.add(sketch(random, salt));
        }
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            calls.add(call(random, deals));
        }
        return new EscrowScript(seed, deals, calls);
    }

    private static Sketch sketch(Random random, int salt) {
        Party payer = random.nextInt(4) == 0 ? Party.STRANGER : Party.PAYER;
        Party payee = random.nextInt(4) == 0 ? Party.REFUSER : Party.PAYEE;
        long window = SHORTEST_WINDOW_SECONDS + random.nextLong(WINDOW_SPREAD_SECONDS);
        int lockKind = random.nextInt(8) == 0 ? 2 : Deal.POINT_LOCK;
        return new Sketch(
                payer,
                payee,
                1 + random.nextLong(100),
                window,
                salt,
                random.nextInt(KEYS),
                lockKind);
    }

    private static Call call(Random random, List<Sketch> deals) {
        int deal = random.nextInt(deals.size());
        Sketch sketch = deals.get(deal);
        boolean wrong = random.nextInt(4) == 0;
        Party anybody = one(random, Party.PAYER, Party.PAYEE, Party.STRANGER);
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 ->
                    new Call.Open(
                            deal,
                            wrong ? anybody : sketch.payer(),
                            wrong ? random.nextLong(3) - 1 : 0);
            case 4 -> openMany(random, deals, wrong);
            case 5, 6, 7 ->
                    new Call.Claim(deal, wrong ? random.nextInt(KEYS) : sketch.key(), anybody);
            case 8 -> claimMany(random, deals, wrong, anybody);
            case 9 ->
                    random.nextBoolean()
                            ? new Call.Refund(deal, anybody)
                            : new Call.Release(
                                    deal, sketch.payee() == Party.PAYEE ? Party.PAYEE : anybody);
            case 10 -> new Call.Withdraw(Party.REFUSER, wrong ? Party.REFUSER : Party.STRANGER);
            default -> new Call.Wait(1 + random.nextLong(SHORTEST_WINDOW_SECONDS));
        };
    }

    private static Call openMany(Random random, List<Sketch> deals, boolean wrong) {
        // The batch shares deadline and lock kind, so it takes deals made alike: one or the same.
        int first = random.nextInt(deals.size());
        List<Integer> chosen = wrong ? List.of(first, first) : List.of(first);
        return new Call.OpenMany(chosen, deals.get(first).payer(), wrong ? random.nextLong(2) : 0);
    }

    private static Call claimMany(Random random, List<Sketch> deals, boolean wrong, Party sender) {
        List<Integer> chosen = new ArrayList<>();
        List<Integer> keys = new ArrayList<>();
        for (int i = 0; i < deals.size(); i++) {
            if (random.nextBoolean()) {
                chosen.add(i);
                keys.add(wrong ? random.nextInt(KEYS) : deals.get(i).key());
            }
        }
        return new Call.ClaimMany(chosen, keys, sender);
    }

    private static Party one(Random random, Party... parties) {
        return Arrays.asList(parties).get(random.nextInt(parties.length));
    }

    /// The deal as a contract hashes it.
    public Deal deal(int number, Casting casting) {
        Sketch sketch = deals.get(number);
        return new Deal(
                casting.address(sketch.payer()),
                casting.address(sketch.payee()),
                Address.ZERO,
                Wei.of(sketch.amount()),
                casting.start() + sketch.claimAfterSeconds(),
                new Bytes32(seed, 0, 0, sketch.salt()),
                sketch.lockKind(),
                casting.lock(sketch.key()),
                new Bytes32(0, 0, seed, sketch.salt()));
    }

    /// The coin that goes with a call.
    public Wei value(Call call) {
        return switch (call) {
            case Call.Open open -> Wei.of(deals.get(open.deal()).amount() + open.surplus());
            case Call.OpenMany many ->
                    Wei.of(
                            many.deals().stream().mapToLong(d -> deals.get(d).amount()).sum()
                                    + many.surplus());
            case Call.Claim _,
                    Call.ClaimMany _,
                    Call.Refund _,
                    Call.Release _,
                    Call.Withdraw _,
                    Call.Wait _ ->
                    Wei.ZERO;
        };
    }

    /// Plays one call on the model, in a block of that timestamp.
    public ModelEscrow.After play(ModelEscrow escrow, Call call, Casting casting, long time) {
        return switch (call) {
            case Call.Open(int deal, Party sender, long _) ->
                    escrow.open(deal(deal, casting), casting.address(sender), value(call), time);
            case Call.OpenMany(List<Integer> chosen, Party sender, long _) ->
                    escrow.openMany(
                            chosen.stream().map(d -> deal(d, casting)).toList(),
                            casting.address(sender),
                            value(call),
                            time);
            case Call.Claim(int deal, int key, Party sender) ->
                    escrow.claim(
                            deal(deal, casting), casting.key(key), casting.address(sender), time);
            case Call.ClaimMany(List<Integer> chosen, List<Integer> keys, Party sender) ->
                    escrow.claimMany(
                            chosen.stream().map(d -> deal(d, casting)).toList(),
                            keys.stream().map(casting::key).toList(),
                            casting.address(sender),
                            time);
            case Call.Refund(int deal, Party sender) ->
                    escrow.refund(deal(deal, casting), casting.address(sender), time);
            case Call.Release(int deal, Party sender) ->
                    escrow.release(deal(deal, casting), casting.address(sender));
            case Call.Withdraw(Party owner, Party to) ->
                    escrow.withdraw(casting.address(owner), casting.address(to));
            case Call.Wait _ -> new ModelEscrow.After(escrow, ModelEscrow.Result.DONE);
        };
    }
}
