package io.evenhand.node.metered;

import io.evenhand.enclave.client.EnclaveEnd;
import io.evenhand.enclave.client.EnclaveListener;
import io.evenhand.enclave.client.EnclaveProcess;
import io.evenhand.enclave.client.EnclaveProcesses;
import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.protocols.metered.message.Opening;
import java.util.Optional;
import java.util.function.Consumer;

/// Enclaves that are processes of their own.
public final class ProcessEnclaves implements ServedChannel.Enclaves, AutoCloseable {
    private final EnclaveProcesses processes;
    private final Consumer<String> trouble;

    /// @param trouble hears one line, for the operator, when an enclave is not started or is gone
    public ProcessEnclaves(EnclaveProcesses processes, Consumer<String> trouble) {
        this.processes = processes;
        this.trouble = trouble;
    }

    private record Running(EnclaveProcess process) implements ServedChannel.Enclave {
        @Override
        public void say(EnclaveFrame.ToEnclave frame) {
            process.say(frame);
        }

        @Override
        public void end() {
            process.end();
        }
    }

    @Override
    public Optional<ServedChannel.Enclave> start(
            EnclaveFrame.Begin begin, Consumer<EnclaveFrame.ToNode> hears, Runnable gone) {
        EnclaveListener listener =
                new EnclaveListener() {
                    @Override
                    public void said(EnclaveFrame.ToNode frame) {
                        hears.accept(frame);
                    }

                    @Override
                    public void gone(EnclaveEnd why) {
                        trouble.accept(why.toString());
                        gone.run();
                    }
                };
        return switch (processes.start(begin, listener)) {
            case EnclaveProcesses.Started(EnclaveProcess process) ->
                    Optional.of(new Running(process));
            case EnclaveProcesses.NotStarted(var _, String why) -> {
                trouble.accept(why);
                yield Optional.empty();
            }
        };
    }

    @Override
    public Octets evidence(Opening opening, Bytes32 encKey, PublicKey sigKey) {
        return EnclaveEvidence.make(opening, encKey, sigKey);
    }

    @Override
    public void close() {
        processes.close();
    }
}
