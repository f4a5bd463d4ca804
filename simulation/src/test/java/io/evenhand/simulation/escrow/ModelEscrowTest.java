package io.evenhand.simulation.escrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.simulation.escrow.ModelEscrow.Result;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelEscrowTest {
    private static final Address PAYER = new Address(1, 0, 0);
    private static final Address PAYEE = new Address(2, 0, 0);
    private static final Address STRANGER = new Address(3, 0, 0);
    private static final Address REFUSER = new Address(4, 0, 0);
    private static final Address SELF = new Address(9, 0, 0);
    private static final long NOW = 1_000;
    private static final long CLAIM_BY = 1_200;

    private final ModelEscrow fresh =
            ModelEscrow.deployed(
                    new ModelEscrow.Rules(
                            SELF, 60, 31_536_000, this::opens, Set.of(REFUSER), Set.of()));

    private boolean opens(LockAddresses lock, RevealedKey key) {
        return lock.equals(lock((int) key.scalar().d()));
    }

    private static LockAddresses lock(int key) {
        return new LockAddresses(new Address(5, 0, key), new Address(6, 0, key));
    }

    private static RevealedKey key(int key) {
        return new RevealedKey(new Bytes32(0, 0, 0, key));
    }

    private static Deal deal(Address payee, long amount, long claimBy) {
        return new Deal(
                PAYER,
                payee,
                Address.ZERO,
                Wei.of(amount),
                claimBy,
                Bytes32.ZERO,
                Deal.POINT_LOCK,
                lock(1),
                Bytes32.ZERO);
    }

    private static final Deal DEAL = deal(PAYEE, 100, CLAIM_BY);

    private ModelEscrow opened() {
        return fresh.open(DEAL, PAYER, Wei.of(100), NOW).escrow();
    }

    private static BigInteger wei(long amount) {
        return BigInteger.valueOf(amount);
    }

    @Test
    void openRefusesWhatTheContractRefuses() {
        assertEquals(Result.NOT_PAYER, fresh.open(DEAL, PAYEE, Wei.of(100), NOW).result());
        assertEquals(Result.WRONG_AMOUNT, fresh.open(DEAL, PAYER, Wei.of(99), NOW).result());
        Deal nothing = deal(PAYEE, 0, CLAIM_BY);
        assertEquals(Result.WRONG_AMOUNT, fresh.open(nothing, PAYER, Wei.ZERO, NOW).result());
        Deal shortOne = deal(PAYEE, 1, NOW + 59);
        assertEquals(Result.BAD_WINDOW, fresh.open(shortOne, PAYER, Wei.of(1), NOW).result());
        Deal own = deal(SELF, 1, CLAIM_BY);
        assertEquals(Result.BAD_ADDRESS, fresh.open(own, PAYER, Wei.of(1), NOW).result());
        assertEquals(Result.ALREADY_OPEN, opened().open(DEAL, PAYER, Wei.of(100), NOW).result());
    }

    @Test
    void R5_claimBeforeTheDeadlineAndRefundFromItOn() {
        ModelEscrow open = opened();
        assertEquals(Result.DONE, open.claim(DEAL, key(1), STRANGER, CLAIM_BY - 1).result());
        assertEquals(Result.TOO_LATE, open.claim(DEAL, key(1), STRANGER, CLAIM_BY).result());
        assertEquals(Result.TOO_EARLY, open.refund(DEAL, PAYER, CLAIM_BY - 1).result());
        assertEquals(Result.DONE, open.refund(DEAL, STRANGER, CLAIM_BY).result());
    }

    @Test
    void D8_aCopiedClaimPaysThePayee() {
        ModelEscrow claimed = opened().claim(DEAL, key(1), STRANGER, NOW).escrow();
        assertEquals(wei(100), claimed.gained(PAYEE));
        assertEquals(wei(0), claimed.gained(STRANGER));
        assertEquals(Result.NOT_OPEN, claimed.claim(DEAL, key(1), PAYEE, NOW).result());
        assertEquals(Result.WRONG_SECRET, opened().claim(DEAL, key(2), PAYEE, NOW).result());
        // A cleared slot can be opened again: why 10b forbids it to the customer.
        assertEquals(Result.DONE, claimed.open(DEAL, PAYER, Wei.of(100), NOW).result());
    }

    @Test
    void onlyThePayeeReleases() {
        assertEquals(Result.NOT_PAYEE, opened().release(DEAL, PAYER).result());
        ModelEscrow released = opened().release(DEAL, PAYEE).escrow();
        assertEquals(wei(0), released.gained(PAYER));
    }

    @Test
    void DI11_aRefusedPaymentIsACreditThatItsOwnerCanWithdraw() {
        Deal refused = deal(REFUSER, 100, CLAIM_BY);
        ModelEscrow claimed =
                fresh.open(refused, PAYER, Wei.of(100), NOW)
                        .escrow()
                        .claim(refused, key(1), REFUSER, NOW)
                        .escrow();
        assertEquals(wei(100), claimed.credit(REFUSER));
        assertTrue(claimed.conserved());
        assertEquals(Result.REFUSED, claimed.withdraw(REFUSER, REFUSER).result());
        ModelEscrow paid = claimed.withdraw(REFUSER, STRANGER).escrow();
        assertEquals(wei(100), paid.gained(STRANGER));
        assertEquals(Result.NO_CREDIT, paid.withdraw(REFUSER, STRANGER).result());
    }

    @Test
    void DI3_coinThatIsPushedInDoesNoHarm() {
        ModelEscrow richer = opened().forced(STRANGER, Wei.of(5));
        assertTrue(richer.conserved());
        assertEquals(wei(105), richer.held());
        assertTrue(richer.everyDealHasAnExit(STRANGER));
    }

    @Test
    void openManyIsAllOrNothingAndClaimManyPassesOver() {
        Deal second = deal(STRANGER, 7, CLAIM_BY);
        List<Deal> both = List.of(DEAL, second);
        assertEquals(Result.WRONG_AMOUNT, fresh.openMany(both, PAYER, Wei.of(106), NOW).result());
        ModelEscrow open = fresh.openMany(both, PAYER, Wei.of(107), NOW).escrow();
        ModelEscrow claimed = open.claimMany(both, List.of(key(2), key(1)), PAYEE, NOW).escrow();
        assertEquals(wei(0), claimed.gained(PAYEE));
        assertEquals(wei(7), claimed.gained(STRANGER));
        assertEquals(fresh, fresh.openMany(List.of(DEAL, DEAL), PAYER, Wei.of(200), NOW).escrow());
    }

    @Test
    void everyFlawChangesSomething() {
        for (EscrowFlaw flaw : EscrowFlaw.values()) {
            ModelEscrow flawed =
                    ModelEscrow.deployed(
                            new ModelEscrow.Rules(
                                    SELF,
                                    60,
                                    1_000,
                                    this::opens,
                                    Set.of(REFUSER),
                                    EnumSet.of(flaw)));
            assertNotEquals(played(fresh), played(flawed), flaw.toString());
        }
    }

    private static List<Object> played(ModelEscrow escrow) {
        ModelEscrow open = escrow.open(DEAL, PAYER, Wei.of(100), NOW).escrow();
        ModelEscrow claimed = open.claim(DEAL, key(1), STRANGER, NOW).escrow();
        Deal refused = deal(REFUSER, 1, CLAIM_BY);
        return List.of(
                escrow.open(refused, PAYER, Wei.of(1), NOW)
                        .escrow()
                        .claim(refused, key(1), STRANGER, NOW)
                        .result(),
                claimed,
                claimed.openedAt(DEAL),
                open.refund(DEAL, PAYER, NOW).result(),
                open.refund(DEAL, STRANGER, CLAIM_BY).result(),
                open.release(DEAL, STRANGER).result());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRandomScriptKeepsEveryCoinAndIsTheSameTwice(long seed) {
        EscrowScript script = EscrowScript.of(seed, 400);
        assertEquals(script, EscrowScript.of(seed, 400));
        EscrowScript.Casting casting = new Here();
        ModelEscrow escrow = fresh;
        long time = NOW;
        EnumSet<Result> seen = EnumSet.noneOf(Result.class);
        for (EscrowScript.Call call : script.calls()) {
            time += call instanceof EscrowScript.Call.Wait(long seconds) ? seconds : 1;
            ModelEscrow.After after = script.play(escrow, call, casting, time);
            seen.add(after.result());
            escrow = after.escrow();
            assertTrue(escrow.conserved(), "seed " + seed + ": " + call);
            assertTrue(escrow.everyDealHasAnExit(STRANGER), "seed " + seed + ": " + call);
        }
        assertTrue(seen.contains(Result.DONE) && seen.size() > 4, "seed " + seed + ": " + seen);
    }

    private static final class Here implements EscrowScript.Casting {
        @Override
        public Address address(EscrowScript.Party party) {
            return switch (party) {
                case PAYER -> PAYER;
                case PAYEE -> PAYEE;
                case STRANGER -> STRANGER;
                case REFUSER -> REFUSER;
            };
        }

        @Override
        public LockAddresses lock(int number) {
            return ModelEscrowTest.lock(number);
        }

        @Override
        public RevealedKey key(int number) {
            return ModelEscrowTest.key(number);
        }

        @Override
        public long start() {
            return NOW;
        }
    }
}
