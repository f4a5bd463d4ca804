package io.evenhand.kit.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Items in a row: each is read in the one form it may have, or refused.
class CborReaderFuzz extends FuzzTarget {
    private static final int LIMIT = 64;

    private static void copy(CborReader in, int major, CborWriter out) {
        switch (major) {
            case 0, 1 -> out.integer(in.integer());
            case 2 -> out.bytes(in.bytes(LIMIT));
            case 3 -> out.text(in.text(LIMIT));
            case 4 -> out.array(in.array(LIMIT));
            default -> out.bool(in.bool());
        }
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(
                new CborWriter().array(2).integer(-5).bytes(new byte[3]).toByteArray(),
                new CborWriter().text("text").bool(true).integer(1L << 40).toByteArray());
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        CborReader in = new CborReader(input);
        CborWriter again = new CborWriter();
        boolean whole =
                read(
                                () -> {
                                    for (int at = 0;
                                            at < input.length;
                                            at = again.toByteArray().length) {
                                        copy(in, (input[at] & 0xff) >>> 5, again);
                                    }
                                    in.end();
                                    return true;
                                })
                        .orElse(false);
        if (whole) {
            same(input, again.toByteArray());
        }
    }
}
