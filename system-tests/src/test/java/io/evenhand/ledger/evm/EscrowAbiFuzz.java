package io.evenhand.ledger.evm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Calldata of strangers, searched for the key of a deal.
class EscrowAbiFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        List<Deal> deals = Samples.of(Deal.class).toList();
        return Stream.of(
                EscrowAbi.claimMany(deals, List.of(Bytes32.ZERO, Bytes32.ZERO)).expose(),
                EscrowAbi.openMany(deals).expose(),
                EscrowAbi.call(
                                EscrowAbi.CLAIM,
                                EscrowAbi.words(deals.getFirst()),
                                EscrowAbi.word(7))
                        .expose());
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        // A key takes a word at least, so a calldata cannot hold more of them.
        require(EscrowAbi.published(input).size() <= input.length / 32 * 16, "too many keys");
    }
}
