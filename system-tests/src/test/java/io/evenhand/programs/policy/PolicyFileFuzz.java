package io.evenhand.programs.policy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.system.fuzz.FuzzFiles;
import io.evenhand.system.fuzz.FuzzTarget;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyFileFuzz extends FuzzTarget {
    private static final FuzzFiles FILES = new FuzzFiles();

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                "policy: accuracy\natLeast: 0.95\nhidden: hidden.csv\n",
                "policy: size\natLeast: 1\natMost: 100\n",
                "{policy: size, atLeast: 1, atMost: 2}",
                "policy: &a [*a, *a]",
                "policy: !!java.net.URL x");
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Path file = FILES.with("policy.yaml", input);
        read(() -> PolicyFile.read(file))
                .ifPresent(policy ->
                        require(
                                PolicySpec.parse(policy.spec().canonical()).equals(policy.spec()),
                                "its text does not read back"));
    }
}
