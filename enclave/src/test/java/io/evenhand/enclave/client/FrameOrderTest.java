package io.evenhand.enclave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.frame.Frame;
import io.evenhand.enclave.frame.Frame.Lent;
import io.evenhand.enclave.frame.Frame.ToHost;
import io.evenhand.enclave.frame.Frame.ToNode;
import io.evenhand.enclave.frame.Frames;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Neither side goes on with another one that speaks nonsense or out of turn.
class FrameOrderTest {
    private static final ToHost JUDGE =
            new ToHost.Judge("accuracy/1 atLeast=0.5000", 20, Bytes32.ZERO, 20);
    private static final ToHost LEAF = new ToHost.Leaf(new Octets(new byte[20]));

    @TempDir Path folder;

    private static byte[] bytes(Frame... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(all)) {
            for (Frame frame : frames) {
                Frames.write(out, frame);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return all.toByteArray();
    }

    private static byte[] cut(byte[] frame) {
        return Arrays.copyOf(frame, frame.length - 1);
    }

    static Stream<byte[]> toHost() {
        return Stream.of(
                bytes(LEAF),
                bytes(new ToHost.Unreadable()),
                bytes(JUDGE, JUDGE),
                bytes(JUDGE, LEAF, LEAF),
                bytes(new ToNode.Ready(Frame.VERSION)),
                cut(bytes(JUDGE)),
                new byte[] {9},
                new byte[] {1, 0x7f, -1, -1, -1},
                new byte[] {2, 0, 0x10, 0, 1},
                new byte[] {1, 0, 0, 0, 2, 0x18, 1});
    }

    @ParameterizedTest
    @MethodSource("toHost")
    @DisplayName("a host ends on frames that are cut short, too long, garbage or out of turn")
    void host(byte[] said) throws Exception {
        Process host = HostCommand.start(HostCommand.HEAP_MIB);
        try (DataInputStream in = new DataInputStream(host.getInputStream())) {
            assertEquals(Optional.of(new ToNode.Ready(Frame.VERSION)), Frames.toNode(in));
            try {
                host.getOutputStream().write(said);
                host.getOutputStream().close();
            } catch (IOException _) {
                // It has heard enough.
            }
            assertTrue(host.waitFor(60, TimeUnit.SECONDS));
            assertEquals(2, host.exitValue());
        } finally {
            host.destroyForcibly();
        }
    }

    static Stream<byte[]> toNode() {
        ToNode ready = new ToNode.Ready(Frame.VERSION);
        return Stream.of(
                new byte[0],
                bytes(new ToNode.Ready(Frame.VERSION + 1)),
                bytes(new ToNode.Read(Lent.WORK, 0)),
                bytes(ready, ready),
                bytes(ready, new ToNode.Read(Lent.WORK, 1)),
                bytes(ready, new ToNode.Read(Lent.HIDDEN, -1)),
                bytes(ready, JUDGE),
                bytes(ready, LEAF),
                cut(bytes(ready)),
                new byte[] {9},
                new byte[] {1, 0, 0, 0x10, 1},
                new byte[] {1, -1, -1, -1, -1});
    }

    @ParameterizedTest
    @MethodSource("toNode")
    @DisplayName("a node ends a host that does the same, and has no verdict from it")
    void node(byte[] said) throws Exception {
        Path work = Files.write(folder.resolve("work"), new byte[20]);
        Path script = Files.write(folder.resolve("said"), said);
        Process process = new ProcessBuilder("cat", script.toString()).start();
        Outcome outcome =
                new HostProcess(process)
                        .judge(Assignment.of("size/1 atLeast=1 atMost=9", work, work));
        assertInstanceOf(Outcome.Failed.class, outcome);
        int _ = process.waitFor();
    }

    @Test
    @DisplayName("the right order, to compare with")
    void order() throws Exception {
        Path work = Files.write(folder.resolve("work"), new byte[20]);
        Process process = HostCommand.start(HostCommand.HEAP_MIB);
        HostProcess host = new HostProcess(process);
        for (int least : List.of(20, 21)) {
            String policy = "size/1 atLeast=" + least + " atMost=99";
            Outcome outcome = host.judge(Assignment.of(policy, work, work));
            assertEquals(
                    least == 20,
                    assertInstanceOf(Outcome.Judged.class, outcome).verdict().passed());
        }
        host.kill(new Outcome.Failed("enough"));
    }
}
