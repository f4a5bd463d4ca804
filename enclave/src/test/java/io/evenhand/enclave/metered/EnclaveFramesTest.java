package io.evenhand.enclave.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Payload;
import io.evenhand.protocols.metered.message.StreamMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EnclaveFramesTest {
    private static final int SEAL = 16;

    private static final Limits LIMITS = new Limits(1, 1, 1, 1 << 20, 3 << 20, 1 << 20, 1, 1);

    private static byte[] written(EnclaveFrame frame) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        EnclaveFrames.write(new DataOutputStream(bytes), frame);
        return bytes.toByteArray();
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    private static Octets random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return new Octets(bytes);
    }

    private static EnclaveFrame.Answer answer(Octets ciphertext) {
        return new EnclaveFrame.Answer(
                new StreamMessage.Result(
                        1,
                        1,
                        1,
                        End.MORE,
                        Bytes32.ZERO,
                        Bytes32.ZERO,
                        Bytes32.ZERO,
                        Optional.empty(),
                        ciphertext),
                Wei.of(1));
    }

    @Test
    @DisplayName("the largest module, state and result that the Terms allow fit their frames")
    void largest() throws Exception {
        int most = EnclaveFrames.mostToEnclave(LIMITS);
        EnclaveFrame.ToEnclave program =
                new EnclaveFrame.Program(
                        new StreamMessage.Program(
                                1, Bytes32.ZERO, random(LIMITS.moduleBytes() + SEAL)));
        assertEquals(Optional.of(program), EnclaveFrames.toEnclave(in(written(program)), most));
        EnclaveFrame.ToEnclave run =
                new EnclaveFrame.Run(
                        1,
                        1,
                        Optional.of(
                                new StreamMessage.SealedState(
                                        Bytes32.ZERO, random(LIMITS.stateBytes() + SEAL))),
                        true);
        assertEquals(Optional.of(run), EnclaveFrames.toEnclave(in(written(run)), most));
        // States that have nothing in common: the difference is as long as the state.
        Octets payload =
                Payload.of(
                                new Octets(new byte[LIMITS.stateBytes()]),
                                random(LIMITS.stateBytes()),
                                random(LIMITS.outputBytes()))
                        .encode();
        EnclaveFrame.ToNode answer = answer(random(payload.length() + SEAL));
        assertEquals(
                Optional.of(answer),
                EnclaveFrames.toNode(in(written(answer)), EnclaveFrames.mostToNode(LIMITS)));
    }

    @Test
    @DisplayName("a length above the limit is refused before anything behind it is read")
    void tooLong() {
        int[] lengths = {
            EnclaveFrames.MAX_SMALL + 1, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE, -1
        };
        for (int length : lengths) {
            byte[] head = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
            MalformedException e =
                    assertThrows(
                            MalformedException.class,
                            () -> EnclaveFrames.toEnclave(in(head), EnclaveFrames.MAX_SMALL));
            String line = String.valueOf(e.getMessage());
            assertTrue(line.contains(Integer.toUnsignedString(length)), line);
            assertThrows(
                    MalformedException.class,
                    () -> EnclaveFrames.toNode(in(head), EnclaveFrames.MAX_SMALL));
        }
    }

    @Test
    @DisplayName("a frame that is cut, of the other direction or not canonical is none")
    void malformed() throws Exception {
        byte[] sign = written(new EnclaveFrame.Sign(7));
        for (int length = 1; length < sign.length; length++) {
            byte[] cut = Arrays.copyOf(sign, length);
            assertThrows(
                    MalformedException.class,
                    () -> EnclaveFrames.toEnclave(in(cut), EnclaveFrames.MAX_SMALL));
        }
        assertThrows(
                MalformedException.class,
                () -> EnclaveFrames.toNode(in(sign), EnclaveFrames.MAX_SMALL));
        byte[] longer = Arrays.copyOf(sign, sign.length + 1);
        longer[3]++;
        assertThrows(
                MalformedException.class,
                () -> EnclaveFrames.toEnclave(in(longer), EnclaveFrames.MAX_SMALL));
        assertEquals(
                Optional.empty(),
                EnclaveFrames.toEnclave(in(new byte[0]), EnclaveFrames.MAX_SMALL));
    }

    @Test
    @DisplayName("long reasons are cut, not refused")
    void reasons() throws Exception {
        String why = "no ".repeat(1000);
        for (EnclaveFrame.ToNode frame :
                new EnclaveFrame.ToNode[] {
                    new EnclaveFrame.Over(true, why),
                    new EnclaveFrame.Refused(true, "STATE", why),
                    new EnclaveFrame.NotReleased(1, why)
                }) {
            assertEquals(
                    Optional.of(frame),
                    EnclaveFrames.toNode(in(written(frame)), EnclaveFrames.MAX_SMALL));
        }
    }
}
