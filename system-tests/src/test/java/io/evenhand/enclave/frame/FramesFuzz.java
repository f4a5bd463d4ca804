package io.evenhand.enclave.frame;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.enclave.frame.Frame.Lent;
import io.evenhand.enclave.frame.Frame.ToHost;
import io.evenhand.enclave.frame.Frame.ToNode;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
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

class FramesFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(
                written(new ToHost.Judge("size/1 atLeast=1 atMost=2", 5, Bytes32.ZERO, 0)),
                written(new ToHost.Leaf(new Octets(new byte[] {1, 2, 3}))),
                written(new ToHost.Unreadable()),
                written(new ToNode.Ready(Frame.VERSION)),
                written(new ToNode.Read(Lent.HIDDEN, 7)),
                written(new ToNode.Said(new Verdict(true, "3 of 4"))),
                written(new ToNode.Changed()),
                written(new ToNode.Unjudged("no rows")),
                written(new ToNode.Broken("a disk")));
    }

    private static byte[] written(Frame frame) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Frames.write(new DataOutputStream(bytes), frame);
        return bytes.toByteArray();
    }

    private interface Reader {
        Optional<? extends Frame> read(DataInputStream in) throws IOException;
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        both(input, Frames::toHost);
        both(input, Frames::toNode);
    }

    private static void both(byte[] input, Reader reader) throws Exception {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(input));
        Optional<? extends Frame> frame = read(() -> reader.read(in)).flatMap(f -> f);
        if (frame.isPresent()) {
            byte[] again = written(frame.get());
            same(Arrays.copyOf(input, again.length), again);
        }
    }
}
