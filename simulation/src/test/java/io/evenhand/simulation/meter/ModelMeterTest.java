package io.evenhand.simulation.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.simulation.meter.ModelMeter.Result;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelMeterTest {
    private static final Address PAYER = new Address(1, 0, 0);
    private static final Address PAYEE = new Address(2, 0, 0);
    private static final Address STRANGER = new Address(3, 0, 0);
    private static final Address REFUSER = new Address(4, 0, 0);
    private static final Address SIGNER = new Address(5, 0, 0);
    private static final Address SELF = new Address(9, 0, 0);
    private static final long NOW = 1_000;
    private static final long TIMEOUT = 1_200;
    private static final Bytes32 SECRET = new Bytes32(0, 0, 0, 7);
    private static final ModelChannel CHANNEL = channel(PAYER, PAYEE, TIMEOUT);

    private final ModelMeter fresh = meter(Set.of());

    private static ModelMeter meter(Set<MeterFlaw> flaws) {
        return ModelMeter.deployed(
                new ModelMeter.Rules(
                        SELF, 60, 31_536_000, ModelMeterTest::lock, Set.of(REFUSER), flaws));
    }

    private static Bytes32 lock(Bytes32 secret) {
        return new Bytes32(1, 0, 0, secret.d());
    }

    private static ModelChannel channel(Address payer, Address payee, long timeout) {
        return new ModelChannel(payer, payee, SIGNER, timeout, Bytes32.ZERO);
    }

    private static Signed update(ModelChannel channel, long total) {
        return new Signed(
                channel.signer(),
                new Signed.What.Update(channel.name(), Wei.of(total), lock(SECRET)));
    }

    private static MeterTx open(ModelChannel channel, long deposit) {
        return new MeterTx.Open(0, channel, Wei.of(deposit), channel.payer());
    }

    private static MeterTx close(ModelChannel channel, long total, Address sender) {
        return new MeterTx.Close(
                0, channel.name(), Wei.of(total), SECRET, update(channel, total), sender);
    }

    private static MeterTx closeFor(long total, long signedTotal, long notBefore) {
        Signed close =
                new Signed(
                        PAYEE,
                        new Signed.What.Close(
                                CHANNEL.name(), Wei.of(signedTotal), lock(SECRET), notBefore));
        return new MeterTx.CloseFor(
                0,
                CHANNEL.name(),
                Wei.of(total),
                SECRET,
                update(CHANNEL, total),
                notBefore,
                close,
                STRANGER);
    }

    private ModelMeter opened() {
        return fresh.after(open(CHANNEL, 100), NOW);
    }

    private static Result result(ModelMeter meter, MeterTx tx, long time) {
        return meter.call(tx, time).result();
    }

    private static BigInteger wei(long amount) {
        return BigInteger.valueOf(amount);
    }

    @Test
    void openRefusesWhatTheContractRefuses() {
        assertEquals(Result.BAD_AMOUNT, result(fresh, open(CHANNEL, 0), NOW));
        assertEquals(
                Result.BAD_WINDOW, result(fresh, open(channel(PAYER, PAYEE, NOW + 59), 1), NOW));
        assertEquals(
                Result.BAD_ADDRESS, result(fresh, open(channel(PAYER, SELF, TIMEOUT), 1), NOW));
        assertEquals(Result.ALREADY_OPEN, result(opened(), open(CHANNEL, 100), NOW));
        // Who opens is the payer, whatever is written there.
        ModelMeter other = fresh.after(new MeterTx.Open(0, CHANNEL, Wei.of(5), STRANGER), NOW);
        assertEquals(0, other.slot(CHANNEL).openedAt());
        assertEquals(wei(-5), other.gained(STRANGER));
    }

    @Test
    @DisplayName("A10, A-I5: the payee alone closes, and gets the total; the payer gets the rest")
    void onlyThePayeeCloses() {
        for (Address other : List.of(PAYER, STRANGER, SIGNER)) {
            assertEquals(Result.NOT_OPEN, result(opened(), close(CHANNEL, 1, other), NOW));
        }
        ModelMeter closed = opened().after(close(CHANNEL, 30, PAYEE), NOW);
        assertEquals(wei(30), closed.gained(PAYEE));
        assertEquals(wei(-30), closed.gained(PAYER));
        assertEquals(Optional.of(SECRET), closed.slot(CHANNEL).secret());
        assertEquals(Result.NOT_OPEN, result(closed, close(CHANNEL, 30, PAYEE), NOW));
        assertTrue(closed.conserved());
        // F11: a channel that is opened again takes its old updates again.
        ModelMeter again = closed.after(open(CHANNEL, 100), NOW);
        assertEquals(Result.DONE, result(again, close(CHANNEL, 30, PAYEE), NOW));
    }

    @Test
    void aTotalAboveTheDepositNeedsATopUp() {
        assertEquals(Result.TOO_MUCH, result(opened(), close(CHANNEL, 101, PAYEE), NOW));
        MeterTx more = new MeterTx.TopUp(0, CHANNEL, 0, Wei.of(1), STRANGER);
        ModelMeter grown = opened().after(more, NOW);
        assertEquals(Result.DONE, result(grown, close(CHANNEL, 101, PAYEE), NOW));
        assertEquals(Result.NOT_OPEN, result(fresh, more, NOW));
        MeterTx nothing = new MeterTx.TopUp(0, CHANNEL, 0, Wei.ZERO, STRANGER);
        assertEquals(Result.BAD_AMOUNT, result(opened(), nothing, NOW));
    }

    @Test
    @DisplayName("A-I4: at every instant exactly one of close and refund is possible")
    void closeBeforeTheTimeoutAndRefundFromItOn() {
        MeterTx refund = new MeterTx.Refund(0, CHANNEL, STRANGER);
        for (long time : new long[] {NOW, TIMEOUT - 1, TIMEOUT, TIMEOUT + 1}) {
            boolean closes = result(opened(), close(CHANNEL, 1, PAYEE), time) == Result.DONE;
            boolean refunds = result(opened(), refund, time) == Result.DONE;
            assertTrue(closes ^ refunds, "at " + time);
            assertEquals(time < TIMEOUT, closes);
        }
        MeterTx release = new MeterTx.Release(0, CHANNEL, PAYEE);
        assertEquals(wei(0), opened().after(release, NOW).gained(PAYER));
        MeterTx others = new MeterTx.Release(0, CHANNEL, PAYER);
        assertEquals(Result.NOT_OPEN, result(opened(), others, NOW));
    }

    @Test
    @DisplayName("F8: a tower closes with the payee's update only, and not before it may")
    void aTowerCloses() {
        assertEquals(Result.DONE, result(opened(), closeFor(30, 30, NOW), NOW));
        assertEquals(Result.TOO_EARLY, result(opened(), closeFor(30, 30, NOW + 1), NOW));
        assertEquals(Result.NOT_PAYEE, result(opened(), closeFor(30, 31, NOW), NOW));
        assertEquals(Result.TOO_LATE, result(opened(), closeFor(30, 30, NOW), TIMEOUT));
    }

    @Test
    @DisplayName("D11, F1: a refusal is a credit, which nobody can raise")
    void aRefusalIsACredit() {
        ModelChannel refused = channel(REFUSER, PAYEE, TIMEOUT);
        ModelMeter closed =
                fresh.after(open(refused, 100), NOW).after(close(refused, 30, PAYEE), NOW);
        assertEquals(wei(70), closed.credit(REFUSER));
        assertTrue(closed.conserved());
        MeterTx raise = new MeterTx.TopUpCredit(0, REFUSER, Wei.of(1), STRANGER);
        assertEquals(Result.NOT_OPEN, result(closed, raise, NOW));
        MeterTx back = new MeterTx.WithdrawFor(0, REFUSER, STRANGER);
        assertEquals(Result.REFUSED, result(closed, back, NOW));
        ModelMeter paid = closed.after(new MeterTx.Withdraw(0, STRANGER, REFUSER), NOW);
        assertEquals(wei(70), paid.gained(STRANGER));
        assertEquals(Result.NO_CREDIT, result(paid, back, NOW));
        assertTrue(paid.conserved() && paid.everyChannelHasAnExit());
    }

    @ParameterizedTest
    @EnumSource(MeterFlaw.class)
    @DisplayName("Every flaw changes what some call does")
    void flawsAreFelt(MeterFlaw flaw) {
        assertNotEquals(played(fresh), played(meter(EnumSet.of(flaw))), flaw.toString());
        assertEquals(played(fresh), played(meter(Set.of())));
    }

    private static List<Object> played(ModelMeter meter) {
        ModelChannel refused = channel(REFUSER, PAYEE, TIMEOUT);
        ModelMeter open = meter.after(open(CHANNEL, 100), NOW).after(open(refused, 100), NOW);
        Signed strangers = new Signed(STRANGER, update(CHANNEL, 9).what());
        Bytes32 wrong = new Bytes32(0, 0, 0, 8);
        Wei nine = Wei.of(9);
        List<Object> seen = new ArrayList<>();
        for (MeterTx tx :
                List.of(
                        close(CHANNEL, 9, PAYEE),
                        close(CHANNEL, 9, PAYER),
                        close(CHANNEL, 150, PAYEE),
                        close(refused, 9, PAYEE),
                        closeFor(9, 9, NOW + 5),
                        closeFor(9, 10, NOW),
                        new MeterTx.Close(0, CHANNEL.name(), nine, SECRET, strangers, PAYEE),
                        new MeterTx.Close(
                                0, CHANNEL.name(), nine, wrong, update(CHANNEL, 9), PAYEE),
                        new MeterTx.Refund(0, CHANNEL, STRANGER),
                        new MeterTx.Release(0, CHANNEL, STRANGER))) {
            seen.add(open.call(tx, NOW).result());
            seen.add(open.after(tx, NOW).slot(CHANNEL).openedAt());
        }
        seen.add(result(open, close(CHANNEL, 9, PAYEE), TIMEOUT));
        ModelMeter credited = open.after(close(refused, 9, PAYEE), NOW);
        seen.add(credited.after(new MeterTx.TopUpCredit(0, REFUSER, nine, REFUSER), NOW));
        return seen;
    }

    @Test
    void coinThatIsPushedInDoesNoHarm() {
        ModelMeter richer = opened().after(new MeterTx.Force(0, STRANGER, Wei.of(5)), NOW);
        assertTrue(richer.conserved());
        assertEquals(wei(105), richer.held());
        assertFalse(richer.equals(opened()));
        assertEquals(opened(), fresh.after(open(CHANNEL, 100), NOW));
    }
}
