package io.evenhand.simulation.escrow;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.simulation.chain.ModelContract;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;

/// The escrow contract as an immutable value: each call gives the contract after it and what came
/// of it.
///
/// Deals are compared field by field, which is what hashing all fields into the deal id does.
/// Account balances are differences from what the accounts had before. Times are block timestamps
/// in seconds.
public final class ModelEscrow implements ModelContract<ModelEscrow, EscrowTx> {
    private final Rules rules;
    private final Map<Deal, Slot> slots;
    private final Map<Address, BigInteger> accounts;
    private final Map<Address, BigInteger> credits;
    private final BigInteger held;
    private final int hash;

    /// What is fixed when the contract is deployed, and the recipients that refuse payments.
    ///
    /// @param opens whether a published scalar fits the two addresses of a lock
    public record Rules(
            Address self,
            long minWindowSeconds,
            long maxWindowSeconds,
            BiPredicate<LockAddresses, RevealedKey> opens,
            Set<Address> refusing,
            Set<EscrowFlaw> flaws) {}

    /// A deal's storage slot and, behind it, what the logs tell of the deal.
    ///
    /// @param openedAt timestamp of the opening block, 0 if the slot is clear
    public record Slot(long openedAt, int opens, int claims, int returns) {
        static final Slot NEVER = new Slot(0, 0, 0, 0);
    }

    /// How a call ended. All but `DONE` are reverts and change nothing.
    public enum Result {
        DONE,
        NOT_PAYER,
        NOT_PAYEE,
        BAD_ADDRESS,
        UNSUPPORTED_LOCK,
        WRONG_AMOUNT,
        BAD_WINDOW,
        ALREADY_OPEN,
        NOT_OPEN,
        TOO_LATE,
        TOO_EARLY,
        WRONG_SECRET,
        NO_CREDIT,
        REFUSED
    }

    public record After(ModelEscrow escrow, Result result) {}

    private ModelEscrow(
            Rules rules,
            Map<Deal, Slot> slots,
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

    public static ModelEscrow deployed(Rules rules) {
        return new ModelEscrow(rules, Map.of(), Map.of(), Map.of(), BigInteger.ZERO);
    }

    @Override
    public ModelEscrow after(EscrowTx tx, long time) {
        return switch (tx) {
            case EscrowTx.Open(int _, Deal deal, Address from) ->
                    open(deal, from, deal.amount(), time).escrow();
            case EscrowTx.Claim(int _, Deal deal, RevealedKey key, Address from) ->
                    claim(deal, key, from, time).escrow();
            case EscrowTx.Refund(int _, Deal deal, Address from) ->
                    refund(deal, from, time).escrow();
            case EscrowTx.Release(int _, Deal deal, Address from) -> release(deal, from).escrow();
            case EscrowTx.Force(int _, Address from, Wei value) -> forced(from, value);
        };
    }

    public After open(Deal deal, Address sender, Wei value, long time) {
        Result fault = openFault(deal, time);
        if (fault != Result.DONE) {
            return stays(fault);
        }
        if (!deal.payer().equals(sender)) {
            return stays(Result.NOT_PAYER);
        }
        if (!deal.amount().equals(value)) {
            return stays(Result.WRONG_AMOUNT);
        }
        return new After(opened(deal, time), Result.DONE);
    }

    /// All of the deals or none; their payer is the sender and their sum is the value sent.
    public After openMany(List<Deal> deals, Address sender, Wei value, long time) {
        ModelEscrow escrow = this;
        Wei sum = Wei.ZERO;
        for (Deal deal : deals) {
            sum = sum.plus(deal.amount());
            After after = escrow.open(deal, sender, deal.amount(), time);
            if (after.result() != Result.DONE) {
                return stays(after.result());
            }
            escrow = after.escrow();
        }
        return sum.equals(value) ? new After(escrow, Result.DONE) : stays(Result.WRONG_AMOUNT);
    }

    public After claim(Deal deal, RevealedKey key, Address sender, long time) {
        if (openedAt(deal) == 0) {
            return stays(Result.NOT_OPEN);
        }
        if (time >= deal.claimBy()) {
            return stays(Result.TOO_LATE);
        }
        if (!rules.opens().test(deal.lock(), key)) {
            return stays(Result.WRONG_SECRET);
        }
        Slot old = slot(deal);
        long open = flawed(EscrowFlaw.SLOT_NOT_CLEARED) ? old.openedAt : 0;
        Address to = flawed(EscrowFlaw.PAYEE_UNBOUND) ? sender : deal.payee();
        return pays(
                with(deal, new Slot(open, old.opens, old.claims + 1, old.returns)),
                to,
                deal.amount());
    }

    /// Passes over entries that are not open, expired or not matching.
    public After claimMany(List<Deal> deals, List<RevealedKey> keys, Address sender, long time) {
        ModelEscrow escrow = this;
        for (int i = 0; i < deals.size(); i++) {
            escrow = escrow.claim(deals.get(i), keys.get(i), sender, time).escrow();
        }
        return new After(escrow, Result.DONE);
    }

    public After refund(Deal deal, Address sender, long time) {
        if (openedAt(deal) == 0) {
            return stays(Result.NOT_OPEN);
        }
        if (time < deal.claimBy() && !flawed(EscrowFlaw.REFUND_EARLY)) {
            return stays(Result.TOO_EARLY);
        }
        if (flawed(EscrowFlaw.REFUND_BY_PAYER_ONLY) && !sender.equals(deal.payer())) {
            return stays(Result.NOT_PAYER);
        }
        return returned(deal);
    }

    public After release(Deal deal, Address sender) {
        if (openedAt(deal) == 0) {
            return stays(Result.NOT_OPEN);
        }
        if (!deal.payee().equals(sender) && !flawed(EscrowFlaw.RELEASE_BY_ANYBODY)) {
            return stays(Result.NOT_PAYEE);
        }
        return returned(deal);
    }

    /// Pays the credit of `owner` to an address of the owner's choice; anybody may name the owner
    /// itself.
    public After withdraw(Address owner, Address to) {
        BigInteger credit = credits.getOrDefault(owner, BigInteger.ZERO);
        if (credit.signum() == 0) {
            return stays(Result.NO_CREDIT);
        }
        if (rules.refusing().contains(to)) {
            return stays(Result.REFUSED);
        }
        Map<Address, BigInteger> rest = new HashMap<>(credits);
        rest.remove(owner);
        return new After(
                new ModelEscrow(rules, slots, plus(accounts, to, credit), rest, minus(credit)),
                Result.DONE);
    }

    /// Coin that reaches the contract without a call (a block reward, a self-destruct).
    public ModelEscrow forced(Address from, Wei value) {
        return new ModelEscrow(
                rules,
                slots,
                plus(accounts, from, value.value().negate()),
                credits,
                held.add(value.value()));
    }

    public long openedAt(Deal deal) {
        return slot(deal).openedAt;
    }

    public Slot slot(Deal deal) {
        return slots.getOrDefault(deal, Slot.NEVER);
    }

    /// Every deal that was ever opened.
    public Set<Deal> deals() {
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

    /// D-I3: the contract holds at least what it owes, and no coin came or went.
    public boolean conserved() {
        BigInteger owed = credits.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
        for (Map.Entry<Deal, Slot> entry : slots.entrySet()) {
            if (entry.getValue().openedAt != 0) {
                owed = owed.add(entry.getKey().amount().value());
            }
        }
        BigInteger sum = accounts.values().stream().reduce(held, BigInteger::add);
        return held.compareTo(owed) >= 0 && sum.signum() == 0;
    }

    /// D-I11: from its deadline on, anybody can end every open deal.
    public boolean everyDealHasAnExit(Address anybody) {
        return slots.keySet().stream()
                .filter(deal -> openedAt(deal) != 0)
                .allMatch(deal -> refund(deal, anybody, deal.claimBy()).result() == Result.DONE);
    }

    private Result openFault(Deal deal, long time) {
        if (!deal.token().equals(Address.ZERO) || deal.lockKind() != Deal.POINT_LOCK) {
            return Result.UNSUPPORTED_LOCK;
        }
        long window = deal.claimBy() - time;
        if (window < rules.minWindowSeconds() || window > rules.maxWindowSeconds()) {
            return Result.BAD_WINDOW;
        }
        if (deal.payee().equals(Address.ZERO)
                || deal.payee().equals(rules.self())
                || deal.lock().a1().equals(Address.ZERO)
                || deal.lock().a2().equals(Address.ZERO)) {
            return Result.BAD_ADDRESS;
        }
        if (deal.amount().equals(Wei.ZERO)) {
            return Result.WRONG_AMOUNT;
        }
        return openedAt(deal) == 0 ? Result.DONE : Result.ALREADY_OPEN;
    }

    private ModelEscrow opened(Deal deal, long time) {
        Slot old = slot(deal);
        BigInteger amount = deal.amount().value();
        if (flawed(EscrowFlaw.ARRIVAL_UNCOUNTED)) {
            amount = amount.subtract(BigInteger.ONE);
        }
        ModelEscrow marked = with(deal, new Slot(time, old.opens + 1, old.claims, old.returns));
        return new ModelEscrow(
                rules,
                marked.slots,
                plus(accounts, deal.payer(), amount.negate()),
                credits,
                held.add(amount));
    }

    private After returned(Deal deal) {
        Slot old = slot(deal);
        return pays(
                with(deal, new Slot(0, old.opens, old.claims, old.returns + 1)),
                deal.payer(),
                deal.amount());
    }

    /// `cleared` after it paid; a contract without credits stays as it was if the push fails.
    private After pays(ModelEscrow cleared, Address to, Wei amount) {
        return flawed(EscrowFlaw.PUSH_OR_REVERT) && rules.refusing().contains(to)
                ? stays(Result.REFUSED)
                : new After(cleared.paid(to, amount), Result.DONE);
    }

    /// A push; a recipient that refuses it has a credit instead and blocks nobody.
    private ModelEscrow paid(Address to, Wei amount) {
        return rules.refusing().contains(to)
                ? new ModelEscrow(rules, slots, accounts, plus(credits, to, amount.value()), held)
                : new ModelEscrow(
                        rules,
                        slots,
                        plus(accounts, to, amount.value()),
                        credits,
                        minus(amount.value()));
    }

    private BigInteger minus(BigInteger amount) {
        return held.subtract(amount);
    }

    private ModelEscrow with(Deal deal, Slot slot) {
        Map<Deal, Slot> changed = new HashMap<>(slots);
        changed.put(deal, slot);
        return new ModelEscrow(rules, changed, accounts, credits, held);
    }

    private static Map<Address, BigInteger> plus(
            Map<Address, BigInteger> sums, Address account, BigInteger amount) {
        Map<Address, BigInteger> changed = new HashMap<>(sums);
        changed.merge(account, amount, BigInteger::add);
        return changed;
    }

    private After stays(Result why) {
        return new After(this, why);
    }

    private boolean flawed(EscrowFlaw flaw) {
        return rules.flaws().contains(flaw);
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof ModelEscrow e
                && hash == e.hash
                && slots.equals(e.slots)
                && accounts.equals(e.accounts)
                && credits.equals(e.credits)
                && held.equals(e.held);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
