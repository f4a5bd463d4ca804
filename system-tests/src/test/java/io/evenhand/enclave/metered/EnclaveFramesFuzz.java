package io.evenhand.enclave.metered;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.system.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class EnclaveFramesFuzz extends FuzzTarget {
    private static final int MOST = 1 << 20;

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        Octets three = new Octets(new byte[] {1, 2, 3});
        return Stream.of(
                written(
                        new EnclaveFrame.Begin(
                                terms(),
                                new Opening(Bytes32.ZERO, 1, Bytes32.ZERO, 9, Optional.empty()),
                                Wei.of(1))),
                written(
                        new EnclaveFrame.Program(
                                new StreamMessage.Program(1, Bytes32.ZERO, three))),
                written(
                        new EnclaveFrame.Run(
                                1,
                                2,
                                Optional.of(new StreamMessage.SealedState(Bytes32.ZERO, three)),
                                true)),
                written(
                        new EnclaveFrame.Pay(
                                1, Wei.of(7), new Signature(Bytes32.ZERO, Bytes32.ZERO))),
                written(new EnclaveFrame.Sign(3)),
                written(new EnclaveFrame.Ready(true)),
                written(
                        new EnclaveFrame.Answer(
                                new StreamMessage.Result(
                                        1,
                                        2,
                                        2,
                                        End.MORE,
                                        Bytes32.ZERO,
                                        Bytes32.ZERO,
                                        Bytes32.ZERO,
                                        Optional.empty(),
                                        three),
                                Wei.of(7))),
                written(new EnclaveFrame.Released(1, Bytes32.ZERO)),
                written(new EnclaveFrame.NotReleased(1, "another total")),
                written(new EnclaveFrame.Over(true, "no memory")),
                written(new EnclaveFrame.Refused(true, "STATE", "cut short")));
    }

    private static Terms terms() {
        return new Terms(
                new PartyId(Bytes32.ZERO),
                new PartyId(Bytes32.ZERO),
                new Rail(31337, Address.ZERO, Bytes32.ZERO),
                Address.ZERO,
                Address.ZERO,
                Address.ZERO,
                1,
                0,
                Bytes32.ZERO,
                Terms.ABI,
                Terms.METER,
                new Limits(1, 1, 1, 1, 1, 1, 1, 1),
                new Prices(Wei.of(1), Wei.of(1), Wei.of(1)),
                Wei.of(1),
                1,
                1,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO);
    }

    private static byte[] written(EnclaveFrame frame) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        EnclaveFrames.write(new DataOutputStream(bytes), frame);
        return bytes.toByteArray();
    }

    private interface Reader {
        Optional<? extends EnclaveFrame> read(DataInputStream in, int most) throws IOException;
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        both(input, EnclaveFrames::toEnclave);
        both(input, EnclaveFrames::toNode);
    }

    private static void both(byte[] input, Reader reader) throws Exception {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(input));
        Optional<? extends EnclaveFrame> frame = read(() -> reader.read(in, MOST)).flatMap(f -> f);
        if (frame.isPresent()) {
            byte[] again = written(frame.get());
            same(Arrays.copyOf(input, again.length), again);
        }
    }
}
