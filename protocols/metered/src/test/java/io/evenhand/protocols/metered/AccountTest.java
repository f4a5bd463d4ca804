package io.evenhand.protocols.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.node.Account;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AccountTest {
    private static final Account.Risk RISK = new Account.Risk(Wei.of(100), Wei.of(400), Wei.of(50));

    @Test
    @DisplayName("G2: pennies buy no trust: only what is above two closes of a channel does")
    void credit() {
        Account account = Account.NEW;
        for (int i = 0; i < 50; i++) {
            account = account.paid(Table.named("channel " + i), Wei.ZERO, Wei.of(100));
        }
        assertEquals(Wei.of(100), account.limit(RISK));
        account = account.paid(Table.named("channel 0"), Wei.of(100), Wei.of(500));
        assertEquals(Wei.of(200), account.limit(RISK));
        account = account.paid(Table.named("channel 0"), Wei.of(500), Wei.of(100_000));
        assertEquals(Wei.of(400), account.limit(RISK));
    }

    @Test
    @DisplayName("A-I3: what is executed, at work and burned counts together")
    void exposure() {
        Account account = Account.NEW.reserve(Wei.of(60)).charge(Wei.of(60), Wei.of(40));
        assertTrue(account.allows(Wei.of(60), RISK));
        assertFalse(account.allows(Wei.of(61), RISK));
        account = account.reserve(Wei.of(30)).machineFault(Wei.of(30));
        assertFalse(account.allows(Wei.of(31), RISK));
        account = account.paid(Table.named("channel"), Wei.ZERO, Wei.of(40));
        // Paid as much again: the fault is forgotten.
        assertTrue(account.allows(Wei.of(100), RISK));
    }

    @Test
    @DisplayName("what was paid ahead is used up first")
    void ahead() {
        Account account = Account.NEW.paid(Table.named("channel"), Wei.ZERO, Wei.of(30));
        account = account.reserve(Wei.of(50)).charge(Wei.of(50), Wei.of(50));
        assertEquals(Wei.of(20), account.owed());
    }
}
