package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationBinding;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The provider spares itself the effort and hands in nothing, or nothing of use.
///
/// @param change makes the poor work of the good one
public record PoorWork(CheatDescription description, UnaryOperator<byte[]> change, String said)
        implements Cheat {
    private static final String STOPPED =
            "the stamper judges the work before it stamps, and without a stamp nobody pays (T5, D2);"
                    + " after the agreed attempts it is over (D6)";

    public static PoorWork empty() {
        return new PoorWork(
                new CheatDescription(
                        "empty-work",
                        Cheater.PROVIDER,
                        "the provider hands in an empty file",
                        STOPPED,
                        Outcome.ABORTED),
                _ -> new byte[0],
                "hands in an empty file as its work");
    }

    public static PoorWork zero() {
        return new PoorWork(
                new CheatDescription(
                        "all-zero-work",
                        Cheater.PROVIDER,
                        "the provider hands in zeros of the right length",
                        STOPPED,
                        Outcome.ABORTED),
                PoorWork::zeros,
                "hands in zeros as its work");
    }

    static byte[] zeros(byte[] work) {
        return new byte[work.length];
    }

    @Override
    public boolean shows(JsonNode event) {
        return event.path("role").asText().equals("stamper")
                && event.path("event").asText().equals("JobEnded")
                && !event.path("outcome").asText().equals(DelegationBinding.PASSED);
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            if (state instanceof ProviderState.Working
                    && input instanceof Input.Done(JobResult.Worked(int attempt, var _), var now)) {
                Path file = overwrite(tools, "work-" + attempt, change);
                tools.said().cheated(said);
                return honest.step(
                        state, new Input.Done(new JobResult.Worked(attempt, root(file)), now));
            }
            return honest.step(state, input);
        };
    }

    static Bytes32 root(Path file) {
        try {
            return PlainRoot.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes something else into a file of the cheater's own newest exchange.
    static Path overwrite(CheatTools tools, String name, UnaryOperator<byte[]> change) {
        try {
            Path file = own(tools, name);
            Files.write(file, change.apply(Files.readAllBytes(file)));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes a file of zeros beside the sealed work of the cheater's own newest exchange.
    static Path another(CheatTools tools, String name) {
        try {
            Path file = own(tools, SessionFiles.SEALED).resolveSibling(name);
            return Files.write(file, new byte[1_000]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path own(CheatTools tools, String name) throws IOException {
        try (Stream<Path> files = Files.walk(tools.home().resolve("blobs"))) {
            return files.filter(file -> file.endsWith(name))
                    .max((a, b) ->
                            Long.compare(a.toFile().lastModified(), b.toFile().lastModified()))
                    .orElseThrow(() -> new IOException("no " + name + " in " + tools.home()));
        }
    }
}
