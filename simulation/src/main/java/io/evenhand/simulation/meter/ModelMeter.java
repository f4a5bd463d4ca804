package io.evenhand.simulation.meter;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.simulation.chain.ModelContract;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The meter contract as an immutable value: each call gives the contract after it and what came of
/// it.
///
/// Channels are compared field by field, which is what hashing all fields into the storage key
/// does; a signature names who made it and over what. Account balances are differences from what
/// the accounts had before. Times are block timestamps in seconds.
public final class ModelMeter implements ModelContract<ModelMeter, MeterTx> {
    private static final BigInteger MAX_AMOUNT = BigInteger.ONE.shiftLeft(128);

    /// The deposit stands so far up in a channel's word.
    private static final int DEPOSIT_BITS = 64;

    private final Rules rules;
    private final Map<ModelChannel, Slot> slots;
    private final Map<Address, BigInteger> accounts;
    private final Map<Address, BigInteger> credits;
    private final BigInteger held;
    private final int hash;

    /// What is fixed when the contract is deployed, and the recipients that refuse payments.
    ///
    /// @param lock of a key
    public record Rules(
            Address self,
            long minWindowSeconds,
            long maxWindowSeconds,
            UnaryOperator<Bytes32> lock,
            Set<Address> refusing,
            Set<MeterFlaw> flaws) {}

    /// A channel's word of storage and, behind it, what the logs tell of the channel.
    ///
    /// @param openedAt timestamp of the opening block, 0 if the channel is not open
    /// @param secret the first that a closing made public
    public record Slot(
            Wei deposit,
            long openedAt,
            int opens,
            int refunds,
            int releases,
            Optional<Bytes32> secret) {
        static final Slot NEVER = new Slot(Wei.ZERO, 0, 0, 0, 0, Optional.empty());

        Slot opened(Wei amount, long time) {
            return new Slot(amount, time, opens + 1, refunds, releases, secret);
        }

        Slot of(Wei amount) {
            return new Slot(amount, openedAt, opens, refunds, releases, secret);
        }

        Slot closed(Bytes32 key, boolean cleared) {
            return new Slot(
                    cleared ? Wei.ZERO : deposit,
                    cleared ? 0 : openedAt,
                    opens,
                    refunds,
                    releases,
                    secret.or(() -> Optional.of(key)));
        }

        Slot refunded() {
            return new Slot(Wei.ZERO, 0, opens, refunds + 1, releases, secret);
        }

        Slot released() {
            return new Slot(Wei.ZERO, 0, opens, refunds, releases + 1, secret);
        }
    }

    /// How a call ended. All but `DONE` are reverts and change nothing.
    public enum Result {
        DONE,
        BAD_ADDRESS,
        BAD_AMOUNT,
        BAD_WINDOW,
        ALREADY_OPEN,
        NOT_OPEN,
        TOO_LATE,
        TOO_EARLY,
        TOO_MUCH,
        NOT_PAYEE,
        NO_CREDIT,
        REFUSED
    }

    public record After(ModelMeter meter, Result result) {}

    private ModelMeter(
            Rules rules,
            Map<ModelChannel, Slot> slots,
            Map<Address, BigInteger> accounts,
            Map<Address, BigInteger> credits,
            BigInteger held) {
        this.rules = rules;
        this.slots = slots;
        this.accounts = accounts;
        this.credits = credits;
        this.held = held;
        hash = Objects.hash(slots, accounts, credits, held);
    }

    public static ModelMeter deployed(Rules rules) {
        return new ModelMeter(rules, Map.of(), Map.of(), Map.of(), BigInteger.ZERO);
    }

    @Override
    public ModelMeter after(MeterTx tx, long time) {
        return call(tx, time).meter();
    }

    /// One call in a block of that timestamp.
    public After call(MeterTx tx, long time) {
        return switch (tx) {
            case MeterTx.Open(int _, ModelChannel channel, Wei deposit, Address from) ->
                    open(channel, deposit, from, time);
            case MeterTx.TopUp(int _, ModelChannel channel, int _, Wei more, Address from) ->
                    topUp(channel, more, from);
            case MeterTx.TopUpCredit(int _, Address owner, Wei more, Address from) ->
                    topUpCredit(owner, more, from);
            case MeterTx.Close close -> close(close, time);
            case MeterTx.CloseFor close -> closeFor(close, time);
            case MeterTx.Refund(int _, ModelChannel channel, Address _) -> refund(channel, time);
            case MeterTx.Release(int _, ModelChannel channel, Address from) ->
                    release(channel, from);
            case MeterTx.Withdraw(int _, Address to, Address from) -> withdraw(from, to);
            case MeterTx.WithdrawFor(int _, Address owner, Address _) -> withdraw(owner, owner);
            case MeterTx.Force(int _, Address from, Wei value) -> done(received(from, value));
        };
    }

    /// Opens a channel of the sender, whoever the channel names as its payer.
    private After open(ModelChannel named, Wei deposit, Address sender, long time) {
        ModelChannel channel =
                new ModelChannel(
                        sender, named.payee(), named.signer(), named.timeout(), named.xid());
        if (channel.payee().equals(Address.ZERO)
                || channel.signer().equals(Address.ZERO)
                || channel.payee().equals(rules.self())) {
            return stays(Result.BAD_ADDRESS);
        }
        long window = channel.timeout() - time;
        if (window < rules.minWindowSeconds() || window > rules.maxWindowSeconds()) {
            return stays(Result.BAD_WINDOW);
        }
        if (slot(channel).openedAt != 0) {
            return stays(Result.ALREADY_OPEN);
        }
        if (isNoAmount(deposit)) {
            return stays(Result.BAD_AMOUNT);
        }
        return done(received(sender, deposit).with(channel, slot(channel).opened(deposit, time)));
    }

    private After topUp(ModelChannel channel, Wei more, Address sender) {
        Slot slot = slot(channel);
        if (slot.openedAt == 0) {
            return stays(Result.NOT_OPEN);
        }
        if (isNoAmount(more)) {
            return stays(Result.BAD_AMOUNT);
        }
        return done(received(sender, more).with(channel, slot.of(slot.deposit.plus(more))));
    }

    private After topUpCredit(Address owner, Wei more, Address sender) {
        if (!flawed(MeterFlaw.TOP_UP_BY_STORAGE_KEY) || credit(owner).signum() == 0) {
            return stays(Result.NOT_OPEN);
        }
        if (isNoAmount(more)) {
            return stays(Result.BAD_AMOUNT);
        }
        ModelMeter paid = received(sender, more);
        return done(
                new ModelMeter(
                        rules,
                        paid.slots,
                        paid.accounts,
                        plus(credits, owner, more.value().shiftLeft(DEPOSIT_BITS)),
                        paid.held));
    }

    private static boolean isNoAmount(Wei amount) {
        return amount.equals(Wei.ZERO) || amount.value().compareTo(MAX_AMOUNT) > 0;
    }

    /// The contract hashes its caller into the channel's name, in the place of the payee.
    private After close(MeterTx.Close call, long time) {
        ModelChannel.Name named = call.channel();
        Address payee = flawed(MeterFlaw.CLOSE_BY_ANYBODY) ? named.payee() : call.sender();
        return closed(
                new ModelChannel.Name(named.payer(), payee, named.timeout(), named.xid()),
                call.total(),
                call.secret(),
                call.update(),
                time);
    }

    private After closeFor(MeterTx.CloseFor call, long time) {
        if (time < call.notBefore() && !flawed(MeterFlaw.NOT_BEFORE_IGNORED)) {
            return stays(Result.TOO_EARLY);
        }
        Bytes32 lock = rules.lock().apply(call.secret());
        Signed.What wanted =
                new Signed.What.Close(call.channel(), call.total(), lock, call.notBefore());
        boolean same =
                call.close().what().equals(wanted)
                        || (flawed(MeterFlaw.CLOSE_OF_ANY_UPDATE)
                                && call.close().what() instanceof Signed.What.Close);
        if (!same || !call.close().by().equals(call.channel().payee())) {
            return stays(Result.NOT_PAYEE);
        }
        return closed(call.channel(), call.total(), call.secret(), call.update(), time);
    }

    private After closed(
            ModelChannel.Name name, Wei total, Bytes32 secret, Signed update, long time) {
        if (time >= name.timeout() && !flawed(MeterFlaw.CLOSE_LATE)) {
            return stays(Result.TOO_LATE);
        }
        Optional<ModelChannel> found =
                signer(name, total, secret, update)
                        .map(name::of)
                        .filter(channel -> slot(channel).openedAt != 0);
        if (found.isEmpty()) {
            return stays(Result.NOT_OPEN);
        }
        ModelChannel channel = found.get();
        Wei deposit = slot(channel).deposit;
        if (total.compareTo(deposit) > 0 && !flawed(MeterFlaw.TOTAL_UNBOUNDED)) {
            return stays(Result.TOO_MUCH);
        }
        boolean cleared = !flawed(MeterFlaw.WORD_NOT_CLEARED);
        Wei rest = new Wei(deposit.value().subtract(total.value()).max(BigInteger.ZERO));
        After first =
                pays(with(channel, slot(channel).closed(secret, cleared)), channel.payee(), total);
        return first.result() == Result.DONE
                ? orStays(first.meter().pays(first.meter(), channel.payer(), rest))
                : first;
    }

    /// Whose signature the contract recovers; nothing if it is over something else.
    private Optional<Address> signer(
            ModelChannel.Name name, Wei total, Bytes32 secret, Signed update) {
        Bytes32 lock = rules.lock().apply(secret);
        if (flawed(MeterFlaw.LOCK_UNCHECKED)
                && update.what() instanceof Signed.What.Update(var _, Wei _, Bytes32 signed)) {
            lock = signed;
        }
        if (!update.what().equals(new Signed.What.Update(name, total, lock))) {
            return Optional.empty();
        }
        return flawed(MeterFlaw.SIGNER_UNBOUND)
                ? slots.keySet().stream()
                        .filter(channel -> channel.name().equals(name))
                        .map(ModelChannel::signer)
                        .findFirst()
                : Optional.of(update.by());
    }

    private After refund(ModelChannel channel, long time) {
        if (time < channel.timeout() && !flawed(MeterFlaw.REFUND_EARLY)) {
            return stays(Result.TOO_EARLY);
        }
        Slot slot = slot(channel);
        return slot.openedAt == 0
                ? stays(Result.NOT_OPEN)
                : pays(with(channel, slot.refunded()), channel.payer(), slot.deposit);
    }

    /// The contract hashes its caller into the channel, in the place of the payee.
    private After release(ModelChannel named, Address sender) {
        ModelChannel channel =
                flawed(MeterFlaw.RELEASE_BY_ANYBODY)
                        ? named
                        : new ModelChannel(
                                named.payer(),
                                sender,
                                named.signer(),
                                named.timeout(),
                                named.xid());
        Slot slot = slot(channel);
        return slot.openedAt == 0
                ? stays(Result.NOT_OPEN)
                : pays(with(channel, slot.released()), channel.payer(), slot.deposit);
    }

    private After withdraw(Address owner, Address to) {
        BigInteger credit = credit(owner);
        if (to.equals(Address.ZERO)) {
            return stays(Result.BAD_ADDRESS);
        }
        if (credit.signum() == 0) {
            return stays(Result.NO_CREDIT);
        }
        if (rules.refusing().contains(to) || credit.compareTo(held) > 0) {
            return stays(Result.REFUSED);
        }
        Map<Address, BigInteger> rest = new HashMap<>(credits);
        rest.remove(owner);
        return done(
                new ModelMeter(
                        rules, slots, plus(accounts, to, credit), rest, held.subtract(credit)));
    }

    public Slot slot(ModelChannel channel) {
        return slots.getOrDefault(channel, Slot.NEVER);
    }

    /// Every channel that was ever opened.
    public Set<ModelChannel> channels() {
        return slots.keySet();
    }

    /// What the account has more, or less, than at the beginning.
    public BigInteger gained(Address account) {
        return accounts.getOrDefault(account, BigInteger.ZERO);
    }

    public BigInteger credit(Address owner) {
        return credits.getOrDefault(owner, BigInteger.ZERO);
    }

    /// The contract's own balance.
    public BigInteger held() {
        return held;
    }

    /// A-I5: the contract holds at least what it owes, and no coin came or went.
    public boolean conserved() {
        BigInteger owed = credits.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
        for (Slot slot : slots.values()) {
            owed = owed.add(slot.deposit.value());
        }
        BigInteger sum = accounts.values().stream().reduce(held, BigInteger::add);
        return held.compareTo(owed) >= 0 && sum.signum() == 0;
    }

    /// A-I4: from its timeout on, anybody can end every open channel.
    public boolean everyChannelHasAnExit() {
        return slots.keySet().stream()
                .filter(channel -> slot(channel).openedAt != 0)
                .allMatch(channel -> refund(channel, channel.timeout()).result() == Result.DONE);
    }

    /// `cleared` after it paid; a contract without credits stays as it was if the push fails.
    private After pays(ModelMeter cleared, Address to, Wei amount) {
        boolean fails =
                (flawed(MeterFlaw.PUSH_OR_REVERT) && rules.refusing().contains(to))
                        || amount.value().compareTo(cleared.held) > 0;
        return fails && !amount.equals(Wei.ZERO)
                ? stays(Result.REFUSED)
                : done(cleared.paid(to, amount.value()));
    }

    /// A push; a recipient that refuses it has a credit instead and blocks nobody.
    private ModelMeter paid(Address to, BigInteger amount) {
        if (amount.signum() == 0) {
            return this;
        }
        return rules.refusing().contains(to)
                ? new ModelMeter(rules, slots, accounts, plus(credits, to, amount), held)
                : new ModelMeter(
                        rules, slots, plus(accounts, to, amount), credits, held.subtract(amount));
    }

    private ModelMeter received(Address from, Wei value) {
        return new ModelMeter(
                rules,
                slots,
                plus(accounts, from, value.value().negate()),
                credits,
                held.add(value.value()));
    }

    private ModelMeter with(ModelChannel channel, Slot slot) {
        Map<ModelChannel, Slot> changed = new HashMap<>(slots);
        changed.put(channel, slot);
        return new ModelMeter(rules, changed, accounts, credits, held);
    }

    private static Map<Address, BigInteger> plus(
            Map<Address, BigInteger> sums, Address account, BigInteger amount) {
        Map<Address, BigInteger> changed = new HashMap<>(sums);
        changed.merge(account, amount, BigInteger::add);
        return changed;
    }

    private static After done(ModelMeter meter) {
        return new After(meter, Result.DONE);
    }

    /// What failed half way through changes nothing of this contract.
    private After orStays(After after) {
        return after.result() == Result.DONE ? after : stays(after.result());
    }

    private After stays(Result result) {
        return new After(this, result);
    }

    private boolean flawed(MeterFlaw flaw) {
        return rules.flaws().contains(flaw);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelMeter o
                && hash == o.hash
                && slots.equals(o.slots)
                && accounts.equals(o.accounts)
                && credits.equals(o.credits)
                && held.equals(o.held);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
