package io.evenhand.node.metered;

import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.enclave.metered.EnclaveSession;
import io.evenhand.enclave.metered.SandboxPrograms;
import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.protocols.metered.message.Opening;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// Enclaves in this process, without walls between them and the node: for measurements and tests.
/// Rounds of all of them share a few threads.
public final class LocalEnclaves implements ServedChannel.Enclaves, AutoCloseable {
    private final SecureRandom random = new SecureRandom();
    private final SandboxPrograms programs = new SandboxPrograms();

    /// Empty is the end of a thread.
    private final BlockingQueue<Optional<Runnable>> rounds = new LinkedBlockingQueue<>();

    private final int threads;

    public LocalEnclaves(int threads) {
        this.threads = threads;
        for (int i = 0; i < threads; i++) {
            Loop.JUDGE.thread("rounds-" + i, GuestLimits.STACK_BYTES, this::run).start();
        }
    }

    private void run() {
        try {
            for (Optional<Runnable> next = rounds.take(); next.isPresent(); next = rounds.take()) {
                next.get().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<ServedChannel.Enclave> start(
            EnclaveFrame.Begin begin, Consumer<EnclaveFrame.ToNode> hears, Runnable gone) {
        EnclaveSession session =
                new EnclaveSession(
                        begin, programs, random, hears, round -> rounds.add(Optional.of(round)));
        session.begin();
        return Optional.of(
                new ServedChannel.Enclave() {
                    @Override
                    public void say(EnclaveFrame.ToEnclave frame) {
                        session.take(frame);
                    }

                    @Override
                    public void end() {}
                });
    }

    @Override
    public Octets evidence(Opening opening, Bytes32 encKey, PublicKey sigKey) {
        return EnclaveEvidence.make(opening, encKey, sigKey);
    }

    @Override
    public void close() {
        for (int i = 0; i < threads; i++) {
            rounds.add(Optional.empty());
        }
    }
}
