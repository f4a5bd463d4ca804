package io.evenhand.system.whole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.CallData;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.simulation.escrow.ModelEscrow;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The contract that the explorer believes in does what the deployed one does, step by step.
class EscrowDifferentialIT {
    private static final int STEPS = 400;

    /// Another seed with -Devenhand.seed=N.
    private static final long SEED = Long.getLong("evenhand.seed", System.nanoTime());

    private static final long MIN_WINDOW = 60;
    private static final long MAX_WINDOW = Duration.ofDays(365).toSeconds();

    private static final Set<ModelEscrow.Result> WANTED =
            Set.of(
                    ModelEscrow.Result.DONE,
                    ModelEscrow.Result.NOT_OPEN,
                    ModelEscrow.Result.TOO_EARLY,
                    ModelEscrow.Result.TOO_LATE,
                    ModelEscrow.Result.WRONG_SECRET);

    /// What a few dozen bytes more may cost.
    private static final long BYTES_GAS = 10_000;

    private static final Wei ANY_FEE = Wei.parse("1 eth");

    /// Accounts 0 to 2 pay, 3 and 4 are paid, 5 is a stranger.
    private static final int PAYERS = 3;

    private static final int ACTORS = 6;

    /// A recipient whose code refuses every payment.
    private static final Address REFUSER =
            Address.parse("0x00000000000000000000000000000000000fffff");

    private final Random random = new Random(SEED);
    private final Map<Deal, RevealedKey> keys = new HashMap<>();
    private final List<Deal> deals = new ArrayList<>();
    private final Map<Deal, DealStatus> statuses = new HashMap<>();
    private final Map<Address, BigInteger> before = new HashMap<>();
    private final Map<Address, BigInteger> fees = new HashMap<>();
    private final Map<ModelEscrow.Result, Integer> results =
            new EnumMap<>(ModelEscrow.Result.class);

    /// Calls that would have worked: refused because they were bent, and done all the same.
    private int spoilt;

    private int borne;

    private LocalChain chain;
    private ChainWatcher watcher;
    private Escrow escrow;
    private Rail rail;
    private ModelEscrow model;
    private long now;

    /// A call both sides understand.
    ///
    /// @param dirty what the model says if an address has a bit above it, in the first of many
    private record Step(
            CallShape shape,
            Wallet sender,
            Intent intent,
            ModelEscrow.After after,
            ModelEscrow.After dirty,
            List<Deal> about) {
        Step bent(byte[] data, ModelEscrow.After then) {
            Intent i = intent;
            Intent call =
                    new Intent(
                            i.key(),
                            i.to(),
                            CallData.of(data),
                            i.value(),
                            i.gasLimit() + BYTES_GAS,
                            i.maxTotalFee(),
                            i.handOverBy(),
                            i.secret());
            return new Step(shape, sender, call, then, dirty, about);
        }
    }

    @BeforeEach
    void deploy() throws IOException {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
        Receipt made =
                chain.execute(LocalChain.wallet(0), EscrowCalls.deploy("differential", ANY_FEE));
        rail = new Rail(LocalChain.CHAIN_ID, made.created().orElseThrow(), EscrowCode.hash());
        chain.rpc().call("anvil_setCode", REFUSER.toString(), "0xfe");
        now = chain.tip().timestamp();
        // The chain's time runs ahead of ours.
        watcher =
                ChainWatcher.start(
                        chain.rpc(),
                        new ChainWatcher.Settings(
                                FinalityPolicy.depth(0),
                                Duration.ofMillis(50),
                                Duration.ofSeconds(1)),
                        () -> Instant.ofEpochSecond(now));
        escrow = new Escrow(watcher, Optional.empty());
        escrow.check(rail);
        model =
                ModelEscrow.deployed(
                        new ModelEscrow.Rules(
                                rail.contract(),
                                MIN_WINDOW,
                                MAX_WINDOW,
                                (lock, key) -> PointLock.opens(lock, key.scalar()),
                                Set.of(REFUSER),
                                Set.of()));
        for (int i = 0; i < ACTORS; i++) {
            Address account = LocalChain.wallet(i).address();
            before.put(account, chain.balance(account).value());
        }
        before.put(REFUSER, chain.balance(REFUSER).value());
    }

    @AfterEach
    void stop() {
        watcher.close();
        chain.close();
    }

    @Test
    @DisplayName(
            "model and contract agree on every random call, honest or bent, every status and"
                    + " every balance")
    void agree() {
        System.out.println("EscrowDifferentialIT: -Devenhand.seed=" + SEED);
        for (int i = 0; i < STEPS || (i < 4 * STEPS && !sawAll()); i++) {
            long time = nextTime();
            Step step = bent(step(time));
            String what = "seed " + SEED + ", step " + i + ", " + step.intent().key();
            chain.nextTimestamp(time);
            Receipt receipt = chain.execute(step.sender(), step.intent());
            now = time;
            assertEquals(time, chain.tip().timestamp(), what);
            fees.merge(step.sender().address(), receipt.fee().value(), BigInteger::add);
            assertEquals(
                    step.after().result() == ModelEscrow.Result.DONE,
                    receipt.succeeded(),
                    () -> what + ": the model says " + step.after().result());
            results.merge(step.after().result(), 1, Integer::sum);
            advance(step);
            compare(step.about(), what);
        }
        compare(deals, "seed " + SEED + ", at the end");
        assertTrue(model.conserved());
        assertTrue(sawAll(), "seed " + SEED + ": only " + results + " " + spoilt + " " + borne);
    }

    /// A run that never got anywhere would agree as well.
    private boolean sawAll() {
        return spoilt > 0 && borne > 0 && results.keySet().containsAll(WANTED);
    }

    private void advance(Step step) {
        ModelEscrow old = model;
        model = step.after().escrow();
        for (Deal deal : step.about()) {
            ModelEscrow.Slot was = old.slot(deal);
            ModelEscrow.Slot is = model.slot(deal);
            // Its key is public from the first claim on, also if the deal is opened again.
            if (is.claims() > 0) {
                statuses.put(deal, DealStatus.CLAIMED);
            } else if (is.openedAt() != 0) {
                statuses.put(deal, DealStatus.OPEN);
            } else if (is.returns() > was.returns()) {
                statuses.put(deal, DealStatus.REFUNDED);
            }
        }
    }

    private void compare(List<Deal> about, String what) {
        ChainSnapshot _ = watcher.refresh();
        for (Deal deal : about) {
            DealView view = escrow.view(rail, deal, 0);
            assertEquals(statuses.getOrDefault(deal, DealStatus.ABSENT), view.tip(), what);
            assertEquals(view.tip(), view.finalized(), what);
            assertEquals(model.openedAt(deal), view.openedAt(), what);
            if (model.slot(deal).claims() > 0) {
                assertEquals(Optional.ofNullable(keys.get(deal)), view.revealed(), what);
            }
        }
        assertEquals(model.held(), chain.balance(rail.contract()).value(), what);
        assertEquals(model.credit(REFUSER), escrow.credit(rail, REFUSER).value(), what);
        before.forEach((account, had) ->
                assertEquals(
                        model.gained(account),
                        chain.balance(account)
                                .value()
                                .subtract(had)
                                .add(fees.getOrDefault(account, BigInteger.ZERO)),
                        () -> what + ": balance of " + account));
    }

    /// Often the second of a deadline itself, or one beside it.
    private long nextTime() {
        long wanted = now + 1 + random.nextInt(12);
        if (!deals.isEmpty() && random.nextInt(4) == 0) {
            wanted = recent().claimBy() - 1 + random.nextInt(3);
        }
        return Math.max(now + 1, wanted);
    }

    private Step step(long time) {
        int dice = random.nextInt(100);
        if (deals.isEmpty() || dice < 25) {
            return open(newDeal(time), time);
        }
        Deal deal = recent();
        Wallet sender = LocalChain.wallet(random.nextInt(ACTORS));
        Address from = sender.address();
        if (dice < 32) {
            return open(deal, time);
        }
        if (dice < 55) {
            RevealedKey key = key(deal);
            return new Step(
                    CallShape.DEAL,
                    sender,
                    EscrowCalls.claim(rail, deal, key),
                    model.claim(deal, key, from, time),
                    none(),
                    List.of(deal));
        }
        if (dice < 75) {
            return new Step(
                    CallShape.DEAL,
                    sender,
                    EscrowCalls.refund(rail, deal),
                    model.refund(deal, from, time),
                    none(),
                    List.of(deal));
        }
        if (dice < 85) {
            return new Step(
                    CallShape.DEAL,
                    sender,
                    EscrowCalls.release(rail, deal),
                    model.release(deal, from),
                    none(),
                    List.of(deal));
        }
        if (dice < 90) {
            return new Step(
                    CallShape.OWNER,
                    sender,
                    EscrowCalls.withdrawFor(rail, REFUSER, "withdraw", ANY_FEE),
                    model.withdraw(REFUSER, REFUSER),
                    none(),
                    List.of(deal));
        }
        return dice < 95 ? claimMany(sender, time) : openMany(time);
    }

    /// One call in four comes in calldata that no encoder makes.
    private Step bent(Step step) {
        int bend = random.nextInt(16);
        if (bend > 3) {
            return step;
        }
        byte[] call = step.intent().data().expose();
        ModelEscrow.After no = none();
        Step bent =
                switch (bend) {
                    case 0 -> step.bent(step.shape().dirty(call, random), step.dirty());
                    case 1 -> step.bent(CallShape.cut(call, random), no);
                    case 2 -> step.bent(CallShape.longer(call, random), step.after());
                    default -> step.bent(step.shape().gapped(call, random), step.after());
                };
        if (step.after().result() == ModelEscrow.Result.DONE) {
            boolean done = bent.after().result() == ModelEscrow.Result.DONE;
            spoilt += done ? 0 : 1;
            borne += done ? 1 : 0;
        }
        return bent;
    }

    /// Nothing happens.
    private ModelEscrow.After none() {
        return new ModelEscrow.After(model, ModelEscrow.Result.BAD_ADDRESS);
    }

    private Step open(Deal deal, long time) {
        Intent intent = EscrowCalls.open(rail, deal);
        Wallet payer = wallet(deal.payer());
        Wallet sender = random.nextInt(8) == 0 ? LocalChain.wallet(ACTORS - 1) : payer;
        Wei value = random.nextInt(8) == 0 ? deal.amount().plus(Wei.of(1)) : deal.amount();
        return new Step(
                CallShape.DEAL,
                sender,
                with(intent, value),
                model.open(deal, sender.address(), value, time),
                none(),
                List.of(deal));
    }

    private Step openMany(long time) {
        Deal first = newDeal(time);
        Deal second = like(first);
        List<Deal> both = List.of(first, second);
        Intent intent = EscrowCalls.openMany(rail, both, "openMany");
        Wei value = random.nextInt(4) == 0 ? first.amount() : intent.value();
        Wallet sender = wallet(first.payer());
        return new Step(
                CallShape.PARTS,
                sender,
                with(intent, value),
                model.openMany(both, sender.address(), value, time),
                none(),
                both);
    }

    private Step claimMany(Wallet sender, long time) {
        List<Deal> some = List.of(recent(), recent(), recent());
        List<RevealedKey> scalars = some.stream().map(this::key).toList();
        return new Step(
                CallShape.DEALS,
                sender,
                EscrowCalls.claimMany(rail, some, scalars, "claimMany"),
                model.claimMany(some, scalars, sender.address(), time),
                // One bad entry is passed over.
                model.claimMany(some.subList(1, 3), scalars.subList(1, 3), sender.address(), time),
                some);
    }

    private static Intent with(Intent i, Wei value) {
        return new Intent(
                i.key(),
                i.to(),
                i.data(),
                value,
                i.gasLimit(),
                i.maxTotalFee(),
                i.handOverBy(),
                i.secret());
    }

    private static Wallet wallet(Address account) {
        for (int i = 0; i < ACTORS; i++) {
            if (LocalChain.wallet(i).address().equals(account)) {
                return LocalChain.wallet(i);
            }
        }
        throw new IllegalArgumentException("no actor has the account " + account);
    }

    private Deal recent() {
        int last = Math.min(6, deals.size());
        return deals.get(deals.size() - 1 - random.nextInt(last));
    }

    /// The deal's own key, another deal's, or no key at all.
    private RevealedKey key(Deal deal) {
        Deal from = random.nextInt(4) == 0 ? recent() : deal;
        return random.nextInt(12) == 0
                ? new RevealedKey(Bytes32.ZERO)
                : keys.getOrDefault(from, new RevealedKey(Bytes32.ZERO));
    }

    /// Mostly good; now and then one of its fields is not.
    private Deal newDeal(long time) {
        int fault = random.nextInt(24);
        Address payee =
                switch (fault) {
                    case 0 -> Address.ZERO;
                    case 1 -> rail.contract();
                    case 2, 3, 4 -> REFUSER;
                    default -> LocalChain.wallet(PAYERS + random.nextInt(2)).address();
                };
        byte[] scalar = new byte[32];
        random.nextBytes(scalar);
        scalar[0] &= 0x7f;
        LockAddresses lock = PointLock.of(Secp256k1.publicKey(Secret32.of(scalar)));
        Deal deal =
                new Deal(
                        LocalChain.wallet(random.nextInt(PAYERS)).address(),
                        payee,
                        fault == 5 ? REFUSER : Address.ZERO,
                        fault == 6 ? Wei.ZERO : Wei.of(1 + random.nextLong(1L << 50)),
                        time + window(),
                        Deal.salt(random.nextLong()),
                        fault == 7 ? 2 : Deal.POINT_LOCK,
                        fault == 8 ? new LockAddresses(Address.ZERO, lock.a2()) : lock,
                        new Bytes32(random.nextLong(), random.nextLong(), 0, 0));
        return known(deal, new RevealedKey(Bytes32.of(scalar)));
    }

    private long window() {
        return switch (random.nextInt(16)) {
            case 0 -> MIN_WINDOW - 1;
            case 1 -> MAX_WINDOW;
            case 2 -> MAX_WINDOW + 1;
            default -> MIN_WINDOW + random.nextInt(60);
        };
    }

    /// Another deal that can be opened together with this one.
    private Deal like(Deal first) {
        Deal deal =
                new Deal(
                        first.payer(),
                        LocalChain.wallet(PAYERS).address(),
                        first.token(),
                        Wei.of(1 + random.nextInt(1_000)),
                        first.claimBy(),
                        Deal.salt(random.nextLong()),
                        first.lockKind(),
                        first.lock(),
                        first.termsHash());
        return known(deal, keys.getOrDefault(first, new RevealedKey(Bytes32.ZERO)));
    }

    private Deal known(Deal deal, RevealedKey key) {
        keys.put(deal, key);
        deals.add(deal);
        return deal;
    }
}
