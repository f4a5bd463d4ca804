package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransactionRecordTest {
    private static final Bytes32 HASH = new Bytes32(1, 2, 3, 4);
    private static final TransactionStatus.Receipt RECEIPT =
            new TransactionStatus.Receipt(
                    HASH, 5, HASH, true, 21_000, Wei.of(7), Optional.of(Address.ZERO));

    static Stream<TransactionStatus> statuses() {
        return Stream.of(
                new TransactionStatus.Pending(""),
                new TransactionStatus.Pending("trouble"),
                new TransactionStatus.Held("late"),
                new TransactionStatus.Included(RECEIPT),
                new TransactionStatus.Final(RECEIPT),
                new TransactionStatus.Failed(RECEIPT));
    }

    private static TransactionRecord record(TransactionStatus status) {
        Intent intent =
                new Intent(
                        "key",
                        Optional.empty(),
                        CallData.of(new byte[CallData.MAX_BYTES]),
                        Wei.of(9),
                        80_000,
                        Wei.parse("1 eth"),
                        Intent.ANY_TIME,
                        true);
        TransactionRecord.Attempt attempt =
                new TransactionRecord.Attempt(
                        3,
                        HASH,
                        CallData.of(new byte[] {1, 2}),
                        new Wallet.Fee(BigInteger.TEN, BigInteger.ONE),
                        12,
                        true);
        return new TransactionRecord(intent, 1, Address.ZERO, List.of(attempt, attempt), status);
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void whatIsStoredIsReadAgain(TransactionStatus status) {
        TransactionRecord record = record(status);
        assertEquals(record, TransactionRecord.decode(record.encode()));
    }

    @Test
    void damagedBytesAreRefused() {
        byte[] good = record(new TransactionStatus.Final(RECEIPT)).encode();
        Random random = new Random(20_260_101);
        for (int i = 0; i < 500; i++) {
            byte[] cut = Arrays.copyOf(good, random.nextInt(good.length));
            assertThrows(MalformedException.class, () -> TransactionRecord.decode(cut));
        }
        byte[] version = good.clone();
        version[1] = 2;
        assertThrows(MalformedException.class, () -> TransactionRecord.decode(version));
    }

    @Test
    void anIntentHasLimits() {
        Intent good = record(new TransactionStatus.Pending("")).intent();
        assertThrows(IllegalArgumentException.class, () -> good.withKey(""));
        assertThrows(IllegalArgumentException.class, () -> good.withKey("k".repeat(201)));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Intent(
                                "k",
                                good.to(),
                                good.data(),
                                Wei.ZERO,
                                Intent.MAX_GAS + 1,
                                Wei.ZERO,
                                0,
                                false));
    }
}
