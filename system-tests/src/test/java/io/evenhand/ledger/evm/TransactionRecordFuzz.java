package io.evenhand.ledger.evm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.system.fuzz.FuzzTarget;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class TransactionRecordFuzz extends FuzzTarget {
    private static final Bytes32 HASH = Bytes32.parse("ab".repeat(32));

    private static final TransactionStatus.Receipt RECEIPT =
            new TransactionStatus.Receipt(
                    HASH, 1, HASH, true, 21_000, Wei.of(9), Optional.of(Address.ZERO));

    private static final Intent INTENT =
            new Intent(
                    "claim/1",
                    Optional.of(Address.ZERO),
                    CallData.of(new byte[5]),
                    Wei.of(7),
                    30_000,
                    Wei.of(1L << 50),
                    Intent.ANY_TIME,
                    true);

    private static final TransactionRecord.Attempt ATTEMPT =
            new TransactionRecord.Attempt(
                    3,
                    HASH,
                    CallData.of(new byte[9]),
                    new Wallet.Fee(BigInteger.TWO, BigInteger.ONE),
                    12,
                    true);

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(
                        new TransactionStatus.Pending("no node takes it"),
                        new TransactionStatus.Held("too late"),
                        new TransactionStatus.Included(RECEIPT),
                        new TransactionStatus.Final(RECEIPT),
                        new TransactionStatus.Failed(RECEIPT))
                .map(status ->
                        new TransactionRecord(INTENT, 1, Address.ZERO, List.of(ATTEMPT), status)
                                .encode());
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(() -> TransactionRecord.decode(input))
                .ifPresent(record -> same(input, record.encode()));
    }
}
