package io.evenhand.kit.value;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class HexFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts("0x00ff", "00FF", "", "0x", "0Xab");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> Hex.parse(text))
                .ifPresent(bytes ->
                        require(
                                Hex.format(bytes)
                                        .substring(2)
                                        .equalsIgnoreCase(text.replaceFirst("^0x", "")),
                                "other digits"));
        read(() -> Address.parse(text))
                .ifPresent(address -> require(address.toString().length() == 42, "no address"));
        read(() -> Bytes32.parse(text))
                .ifPresent(hash -> require(hash.toString().length() == 64, "no hash"));
    }
}
