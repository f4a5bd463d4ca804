package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.StatementRecorder;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.StatementTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.StamperRef;
import io.evenhand.protocols.delegation.message.Terms;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkKeyTest {
    private static final Rail RAIL = new Rail(1, Address.ZERO, Bytes32.ZERO);

    @TempDir Path directory;

    private static Terms terms(PublicKey workKey, int nonce) {
        PartyId party = new PartyId(new Bytes32(0, 0, 0, 1));
        Order order =
                new Order(
                        party,
                        party,
                        new StamperRef(party, StamperRef.Operator.THIRD, "software", "host:1"),
                        "sort",
                        Bytes32.ZERO,
                        Bytes32.ZERO,
                        Bytes32.ZERO,
                        1,
                        Bytes32.ZERO,
                        Wei.of(1),
                        RAIL,
                        Address.ZERO,
                        new Deadlines(1, 2, 3, 4),
                        1,
                        1,
                        new Bytes32(0, 0, 0, nonce));
        return new Terms(order, workKey, workKey, Address.ZERO, Bytes32.ZERO);
    }

    private static void sign(Store store, StatementRecorder crypto, Terms terms) {
        var noted = crypto.noting(() -> crypto.sign(terms));
        store.transact(() -> noted.made().forEach(store.statements()::make));
    }

    @Test
    @DisplayName("T2: a work key that an earlier exchange of this node named is not signed again")
    void oneExchangeForEachWorkKey() {
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
        try (Store store = Store.open(directory, keys, InstantSource.system())) {
            StatementRecorder crypto = StatementRecorder.of(keys.identity(), store);
            PublicKey workKey = crypto.publicKey(store.keys().create());
            PublicKey other = crypto.publicKey(store.keys().create());
            sign(store, crypto, terms(workKey, 1));
            sign(store, crypto, terms(workKey, 1));
            sign(store, crypto, terms(other, 2));
            assertThrows(
                    StatementTable.ConflictException.class,
                    () -> sign(store, crypto, terms(workKey, 3)));
        }
    }
}
