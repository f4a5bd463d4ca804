package io.evenhand.kit.value;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class WeiFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts("0.01 eth", "5 gwei", "100 wei", "1 ether", "-1 eth", "1e999 eth", "1,5 eth");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> Wei.parse(text))
                .ifPresent(wei -> {
                    require(
                            wei.value().signum() >= 0 && wei.value().bitLength() <= 256,
                            "out of range");
                    require(
                            text.strip()
                                    .matches(
                                            "(?i)[0-9]{0,78}[.]?[0-9]{0,78}\\s*(wei|gwei|eth|ether)"),
                            "not a plain number: " + text);
                    BigDecimal shown = new BigDecimal(wei.toString().split(" ", -1)[0]);
                    require(shown.signum() == wei.value().signum(), "shown as " + wei);
                });
    }
}
