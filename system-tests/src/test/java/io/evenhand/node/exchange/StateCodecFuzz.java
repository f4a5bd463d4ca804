package io.evenhand.node.exchange;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.StoreException;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// What the journal stores of a session: states and effects.
class StateCodecFuzz extends FuzzTarget {
    private record Family<T>(Class<T> type) {
        Stream<byte[]> seeds() {
            StateCodec<T> codec = new StateCodec<>(type);
            return Samples.of(type).map(value -> codec.encode(value).toByteArray());
        }

        void check(byte[] input) throws Exception {
            StateCodec<T> codec = new StateCodec<>(type);
            read(StoreException.class, () -> codec.decode(new Octets(input)))
                    .ifPresent(value -> same(input, codec.encode(value).toByteArray()));
        }
    }

    private static final List<Family<?>> CODECS =
            List.of(
                    new Family<>(CustomerState.class),
                    new Family<>(ProviderState.class),
                    new Family<>(StamperState.class),
                    new Family<>(Effect.class));

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return CODECS.stream().flatMap(Family::seeds);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        for (Family<?> family : CODECS) {
            family.check(input);
        }
    }
}
