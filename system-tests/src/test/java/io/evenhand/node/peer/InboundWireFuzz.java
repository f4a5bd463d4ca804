package io.evenhand.node.peer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.system.fuzz.FuzzTarget;
import io.evenhand.system.fuzz.Samples;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class InboundWireFuzz extends FuzzTarget {

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Samples.encoded(Message.class).limit(20);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Envelope envelope = new Envelope("delegation", Bytes32.ZERO, new Octets(input), List.of());
        read(Refused.class, () -> InboundWire.peek(DelegationMessages.FORMAT, envelope))
                .ifPresent(message -> checkLine(Records.kind(message)));
    }
}
