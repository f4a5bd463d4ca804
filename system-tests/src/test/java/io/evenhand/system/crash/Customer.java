package io.evenhand.system.crash;

import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A customer with one exchange.
///
/// @param providerInvite used up by the first `delegate`
record Customer(CrashTestbed testbed, Actor actor, String providerInvite, String stamperInvite) {
    /// `evenhand delegate`.
    ///
    /// @param deadline how long the provider has
    Program delegate(String javaOptions, String deadline) throws IOException {
        Files.writeString(input(), "the work of " + actor.name() + "\n");
        return actor.start(
                javaOptions,
                List.of(
                        "delegate",
                        "--provider",
                        kept("provider", providerInvite),
                        "--stamper",
                        kept("stamper", stamperInvite),
                        "--input",
                        input().toString(),
                        "--policy",
                        testbed.policy().toString(),
                        "--wage",
                        CrashTestbed.WAGE,
                        "--deadline",
                        deadline,
                        "--output",
                        output().toString()));
    }

    private String kept(String server, String invite) throws IOException {
        return "@"
                + Files.writeString(testbed.file(actor.name() + "-" + server + ".invite"), invite);
    }

    Program resume(String javaOptions) throws IOException {
        return actor.start(javaOptions, List.of("resume"));
    }

    Path input() {
        return testbed.file(actor.name() + ".in");
    }

    Path output() {
        return testbed.file(actor.name() + ".out");
    }

    /// The reference of its exchange, as soon as one of its processes has spoken of it.
    Optional<String> ref() throws InterruptedException {
        return testbed.log()
                .await(this::speaks, () -> actor.program().runs(), 60)
                .map(line -> line.path("exchange").asText());
    }

    private boolean speaks(ProcessLog.Said said) {
        return said.actor().equals(actor.name()) && !ProcessLog.is(said, "exchange", "");
    }

    /// Whether the work that came is the input that went.
    boolean hasWork() throws IOException {
        return Files.exists(output()) && Files.mismatch(input(), output()) < 0;
    }
}
