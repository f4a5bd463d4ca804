package io.evenhand.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.CallData;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.TransactionRecord;
import io.evenhand.ledger.evm.TransactionStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionTableTest {
    private static final Address ACCOUNT = new Address(1, 2, 3);
    private static final String SECRET = "the scalar of a claim, as text..";

    @TempDir Path directory;

    @Test
    void transactionsComeBackInOrderUntilTheyAreFinished() {
        try (Store store = StoreFixture.open(directory)) {
            store.transactions().save(record("second key", 1));
            store.transactions().save(record("a first key", 1));
            store.transactions().save(record("another chain", 2));
        }
        try (Store store = StoreFixture.open(directory)) {
            TransactionTable table = store.transactions();
            assertEquals(List.of("second key", "a first key"), keys(table));
            table.update(finished(record("second key", 1)));
            assertEquals(List.of("a first key"), keys(table));
            assertTrue(table.find("second key").orElseThrow().status().isFinished());
            assertEquals(Optional.empty(), table.find("unknown"));
        }
    }

    @Test
    void oneKeyIsSavedOnceAndOnlyWhatIsThereIsReplaced() {
        try (Store store = StoreFixture.open(directory)) {
            TransactionTable table = store.transactions();
            table.save(record("key", 1));
            assertThrows(StoreException.class, () -> table.save(record("key", 1)));
            assertThrows(IllegalStateException.class, () -> table.update(record("other", 1)));
        }
    }

    @Test
    void theSecretInAClaimIsInNoFile() throws IOException {
        try (Store store = StoreFixture.open(directory)) {
            store.transactions().save(record("claim", 1));
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertFalse(text.contains(SECRET), file::toString);
                    // Records hold call data in hex.
                    assertFalse(text.contains("74686520736361"), file::toString);
                }
            }
            CallData data = store.transactions().find("claim").orElseThrow().intent().data();
            assertEquals(SECRET, new String(data.expose(), StandardCharsets.US_ASCII));
        }
    }

    private static List<String> keys(TransactionTable table) {
        return table.pending(1, ACCOUNT).stream().map(record -> record.intent().key()).toList();
    }

    private static TransactionRecord record(String key, long chainId) {
        Intent intent =
                new Intent(
                        key,
                        Optional.of(ACCOUNT),
                        CallData.of(SECRET.getBytes(StandardCharsets.US_ASCII)),
                        Wei.ZERO,
                        100_000,
                        Wei.of(5),
                        Intent.ANY_TIME,
                        true);
        return new TransactionRecord(
                intent, chainId, ACCOUNT, List.of(), new TransactionStatus.Pending(""));
    }

    private static TransactionRecord finished(TransactionRecord record) {
        TransactionStatus.Receipt receipt =
                new TransactionStatus.Receipt(
                        Bytes32.ZERO, 1, Bytes32.ZERO, true, 21_000, Wei.of(1), Optional.empty());
        return new TransactionRecord(
                record.intent(),
                record.chainId(),
                record.account(),
                record.attempts(),
                new TransactionStatus.Final(receipt));
    }
}
