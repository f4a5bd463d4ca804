package io.evenhand.ledger.evm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class EndpointFuzz extends FuzzTarget {
    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                "http://127.0.0.1:8545",
                "http://user:secret-key@geth_node:8545/?k=v",
                "wss://user:secret-key@[::1]:1/v3/0123456789abcdef?k=v");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> Endpoint.parse(text))
                .ifPresent(endpoint -> {
                    require(endpoint.toString().contains("://"), "no host");
                    checkLine(endpoint.clean("said " + text));
                    require(!endpoint.toString().contains("@"), "shows user info");
                });
    }
}
