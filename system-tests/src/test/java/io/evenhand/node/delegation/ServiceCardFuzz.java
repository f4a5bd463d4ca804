package io.evenhand.node.delegation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// What a provider says about itself: lines that are safe to show.
class ServiceCardFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Samples.of(ServiceCard.class).map(ServiceCard::toBlob);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(() -> ServiceCard.ofBlob(input))
                .ifPresent(card -> {
                    checkLine(
                            "card "
                                    + card.name()
                                    + card.about()
                                    + card.policies()
                                    + card.stampers());
                    same(input, card.toBlob());
                });
    }
}
