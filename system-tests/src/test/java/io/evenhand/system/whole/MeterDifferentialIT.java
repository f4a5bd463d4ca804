package io.evenhand.system.whole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.CallData;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Meter;
import io.evenhand.ledger.evm.MeterCalls;
import io.evenhand.ledger.evm.MeterChannel;
import io.evenhand.ledger.evm.MeterCode;
import io.evenhand.ledger.evm.MeterHashes;
import io.evenhand.ledger.evm.RpcResult;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.simulation.meter.ModelChannel;
import io.evenhand.simulation.meter.ModelMeter;
import io.evenhand.simulation.meter.ModelMeter.Result;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The meter that the explorer believes in does what the deployed one does, step by step.
class MeterDifferentialIT {
    private static final int STEPS = 300;

    /// Another seed with -Devenhand.seed=N.
    private static final long SEED = Long.getLong("evenhand.seed", System.nanoTime());

    private static final long MAX_WINDOW = Duration.ofDays(365).toSeconds();

    private static final Set<Result> WANTED =
            Set.of(
                    Result.DONE,
                    Result.NOT_OPEN,
                    Result.TOO_EARLY,
                    Result.TOO_LATE,
                    Result.TOO_MUCH,
                    Result.NOT_PAYEE,
                    Result.REFUSED,
                    Result.NO_CREDIT);

    private static final Wei ANY_FEE = Wei.parse("1 eth");

    /// A few dozen bytes more in a call cost less.
    private static final long BYTES_GAS = 10_000;

    /// Code that refuses every payment, and accounts with a key that delegate to it (EIP-7702).
    private static final Address REFUSAL =
            Address.parse("0x00000000000000000000000000000000000fffff");

    private final Random random = new Random(SEED);
    private final Map<Address, BigInteger> before = new HashMap<>();
    private final Map<Address, BigInteger> fees = new HashMap<>();
    private final Map<Result, Integer> results = new EnumMap<>(Result.class);

    /// Calls that would have worked: refused because they were bent, and done all the same.
    private int spoilt;

    private int borne;

    /// Somebody had a credit.
    private boolean credited;

    private LocalChain chain;
    private ChainWatcher watcher;
    private Meter meter;
    private Rail rail;
    private MeterScript script;
    private ModelMeter model;
    private long now;

    @BeforeEach
    void deploy() throws IOException {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
        Receipt made =
                chain.execute(LocalChain.wallet(0), MeterCalls.deploy("differential", ANY_FEE));
        rail = new Rail(LocalChain.CHAIN_ID, made.created().orElseThrow(), MeterCode.hash());
        RpcResult _ = chain.rpc().call("anvil_setCode", REFUSAL.toString(), "0xfe");
        String delegates = "0xef0100" + REFUSAL.toString().substring(2);
        for (Wallet refuser : MeterScript.REFUSERS) {
            String account = refuser.address().toString();
            RpcResult _ = chain.rpc().call("anvil_setCode", account, delegates);
        }
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
        meter = new Meter(watcher);
        meter.check(rail);
        script = new MeterScript(random, rail);
        model =
                ModelMeter.deployed(
                        new ModelMeter.Rules(
                                rail.contract(),
                                MeterScript.MIN_WINDOW,
                                MAX_WINDOW,
                                MeterHashes::lock,
                                refusers(),
                                Set.of()));
        for (int i = 0; i < MeterScript.ACTORS; i++) {
            Address account = LocalChain.wallet(i).address();
            before.put(account, chain.balance(account).value());
        }
    }

    private static Set<Address> refusers() {
        return MeterScript.REFUSERS.stream().map(Wallet::address).collect(Collectors.toSet());
    }

    @AfterEach
    void stop() {
        watcher.close();
        chain.close();
    }

    @Test
    @DisplayName(
            "model and contract agree on every random call, honest or bent, every deposit and"
                    + " every balance")
    void agree() {
        System.out.println("MeterDifferentialIT: -Devenhand.seed=" + SEED);
        for (int i = 0; i < STEPS || (i < 4 * STEPS && !sawAll()); i++) {
            long time = script.nextTime(now);
            MeterScript.Step step = script.step(time);
            ModelMeter.After after = model.call(step.tx(), time);
            Intent intent = step.intent();
            String what = "seed " + SEED + ", step " + i + ", " + step.tx().brief();
            int bend = random.nextInt(12);
            if (bend < 3) {
                byte[] call = intent.data().expose();
                byte[] bent =
                        switch (bend) {
                            case 0 -> step.shape().dirty(call, random);
                            case 1 -> CallShape.cut(call, random);
                            default -> CallShape.longer(call, random);
                        };
                boolean done = after.result() == Result.DONE;
                borne += done && bend == 2 ? 1 : 0;
                spoilt += done && bend != 2 ? 1 : 0;
                after = bend == 2 ? after : new ModelMeter.After(model, Result.BAD_ADDRESS);
                intent = with(intent, bent);
            }
            chain.nextTimestamp(time);
            Receipt receipt = chain.execute(step.sender(), intent);
            now = time;
            assertEquals(time, chain.tip().timestamp(), what);
            fees.merge(step.sender().address(), receipt.fee().value(), BigInteger::add);
            Result result = after.result();
            assertEquals(
                    result == Result.DONE,
                    receipt.succeeded(),
                    () -> what + ": the model says " + result);
            results.merge(result, 1, Integer::sum);
            model = after.meter();
            compare(step.about(), what);
        }
        script.channels().forEach(channel -> compare(channel, "seed " + SEED + ", at the end"));
        assertTrue(model.conserved() && model.everyChannelHasAnExit());
        assertTrue(sawAll(), "seed " + SEED + ": only " + results + " " + spoilt + " " + borne);
    }

    /// A run that never got anywhere would agree as well.
    private boolean sawAll() {
        return spoilt > 0 && borne > 0 && credited && results.keySet().containsAll(WANTED);
    }

    private static Intent with(Intent i, byte[] data) {
        return new Intent(
                i.key(),
                i.to(),
                CallData.of(data),
                i.value(),
                i.gasLimit() + BYTES_GAS,
                i.maxTotalFee(),
                i.handOverBy(),
                i.secret());
    }

    private void compare(MeterChannel channel, String what) {
        ChainSnapshot _ = watcher.refresh();
        ChannelView view = meter.view(rail, channel, 0);
        ModelChannel same = MeterScript.model(channel);
        ModelMeter.Slot slot = model.slot(same);
        assertEquals(slot.deposit(), view.tip().deposit(), what);
        assertEquals(slot.openedAt(), view.tip().openedAt(), what);
        assertEquals(slot.opens(), view.openings(), what);
        assertEquals(slot.secret(), view.secret(), what);
        assertEquals(view.tip(), view.finalized(), what);
        assertEquals(model.held(), chain.balance(rail.contract()).value(), what);
        for (Address refuser : refusers()) {
            assertEquals(model.credit(refuser), meter.credit(rail, refuser).value(), what);
            credited |= model.credit(refuser).signum() > 0;
        }
        before.forEach((account, had) ->
                assertEquals(
                        model.gained(account),
                        chain.balance(account)
                                .value()
                                .subtract(had)
                                .add(fees.getOrDefault(account, BigInteger.ZERO)),
                        () -> what + ": balance of " + account));
    }
}
