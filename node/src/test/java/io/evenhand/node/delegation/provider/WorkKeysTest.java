package io.evenhand.node.delegation.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkKeysTest {
    private static final Rail RAIL = new Rail(7, new Address(1, 2, 3), Bytes32.ZERO);
    private static final Address PAYER = new Address(4, 5, 6);
    private static final Address PAYEE = new Address(7, 8, 9);
    private static final Wei WAGE = Wei.parse("0.01 eth");
    private static final long CLAIM_BY = 1_800_000_000L;
    private static final Bytes32 SALT = Deal.salt(42);

    @TempDir Path made;
    @TempDir Path restored;

    private NodeKeys identity;
    private Store store;

    @BeforeEach
    void open() {
        identity =
                NodeKeys.create(
                        DataDirectory.identityFile(made), Optional.empty(), new SecureRandom());
        store = Store.open(made, identity, InstantSource.system());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Order order() {
        PartyId party = new PartyId(new Bytes32(0, 0, 0, 1));
        return new Order(
                party,
                party,
                new StamperRef(party, StamperRef.Operator.THIRD, "software", "host:1"),
                "sort",
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                1,
                Bytes32.ZERO,
                WAGE,
                RAIL,
                PAYER,
                new Deadlines(1, 2, CLAIM_BY, 4),
                1,
                1,
                Bytes32.ZERO);
    }

    private static Deal deal(
            Address payer,
            Address payee,
            Wei amount,
            long claimBy,
            Bytes32 salt,
            LockAddresses lock) {
        Bytes32 terms = new Bytes32(1, 1, 1, 1);
        return new Deal(
                payer, payee, Address.ZERO, amount, claimBy, salt, Deal.POINT_LOCK, lock, terms);
    }

    private LockAddresses lock(KeyId key) {
        return PointLock.of(Secp256k1.publicKey(store.keys().secret(key)));
    }

    @Test
    @DisplayName("12: a journal that never saw the exchange finds the work key of its deal")
    void comesBackWithoutTheJournal() {
        LockAddresses lock = lock(new WorkKeys(store.keys()).make(order(), PAYEE, SALT));
        Deal deal = deal(PAYER, PAYEE, WAGE, CLAIM_BY, SALT, lock);
        try (Store empty = Store.open(restored, identity, InstantSource.system())) {
            KeyStore.Derived found = new WorkKeys(empty.keys()).find(RAIL, deal).orElseThrow();
            assertEquals(lock, PointLock.of(Secp256k1.publicKey(found.secret())));
            assertTrue(empty.keys().status(found.handle()).isEmpty(), "unknown to this journal");
            assertTrue(store.keys().status(found.handle()).isPresent(), "known to the other one");
        }
    }

    @Test
    @DisplayName("12: a deposit that differs from the order in anything leads to no key of ours")
    void nobodyBuysForLess() {
        WorkKeys keys = new WorkKeys(store.keys());
        LockAddresses lock = lock(keys.make(order(), PAYEE, SALT));
        Wei less = Wei.of(1);
        Address other = new Address(9, 9, 9);
        LockAddresses half = new LockAddresses(lock.a1(), other);
        List<Deal> wrong =
                List.of(
                        deal(PAYER, PAYEE, less, CLAIM_BY, SALT, lock),
                        deal(other, PAYEE, WAGE, CLAIM_BY, SALT, lock),
                        deal(PAYER, other, WAGE, CLAIM_BY, SALT, lock),
                        deal(PAYER, PAYEE, WAGE, CLAIM_BY - 1, SALT, lock),
                        deal(PAYER, PAYEE, WAGE, CLAIM_BY, Deal.salt(43), lock),
                        deal(PAYER, PAYEE, WAGE, CLAIM_BY, SALT, half));
        for (Deal deal : wrong) {
            assertTrue(keys.find(RAIL, deal).isEmpty(), deal::toString);
        }
        Rail elsewhere = new Rail(8, RAIL.contract(), RAIL.codeHash());
        Deal right = deal(PAYER, PAYEE, WAGE, CLAIM_BY, SALT, lock);
        assertTrue(keys.find(elsewhere, right).isEmpty(), "another chain");
        assertTrue(keys.find(RAIL, right).isPresent());
    }

    @Test
    @DisplayName("D13: two exchanges have two keys")
    void differ() {
        WorkKeys keys = new WorkKeys(store.keys());
        assertNotEquals(
                lock(keys.make(order(), PAYEE, SALT)),
                lock(keys.make(order(), PAYEE, Deal.salt(43))));
    }
}
