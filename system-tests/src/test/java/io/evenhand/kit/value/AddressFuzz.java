package io.evenhand.kit.value;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class AddressFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                "5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> Address.parse(text))
                .ifPresent(address -> {
                    require(
                            Address.parse(address.toString()).equals(address),
                            "does not read back");
                    require(
                            address.toString()
                                    .substring(2)
                                    .equalsIgnoreCase(text.replaceFirst("^0[xX]", "")),
                            "other digits");
                });
    }
}
