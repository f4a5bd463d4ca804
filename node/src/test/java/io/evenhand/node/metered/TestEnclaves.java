package io.evenhand.node.metered;

import io.evenhand.enclave.metered.EnclaveFrame;
import io.evenhand.enclave.metered.EnclaveSession;
import io.evenhand.enclave.metered.ProgramHost;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Terms;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/// Real enclaves in this process, whose program counts: their rounds run when a test lets them, and
/// they die when it says so.
final class TestEnclaves implements ServedChannel.Enclaves {
    private final SecureRandom random = new SecureRandom();
    private final Deque<Runnable> rounds = new ArrayDeque<>();
    private Consumer<EnclaveFrame.ToNode> hears = _ -> {};
    private Runnable gone = () -> {};
    boolean full;
    int started;
    int ended;

    @Override
    public Optional<ServedChannel.Enclave> start(
            EnclaveFrame.Begin begin, Consumer<EnclaveFrame.ToNode> heard, Runnable over) {
        if (full) {
            return Optional.empty();
        }
        started++;
        hears = heard;
        gone = over;
        EnclaveSession session =
                new EnclaveSession(begin, TestEnclaves::load, random, heard, rounds::add);
        session.begin();
        return Optional.of(
                new ServedChannel.Enclave() {
                    @Override
                    public void say(EnclaveFrame.ToEnclave frame) {
                        session.take(frame);
                    }

                    @Override
                    public void end() {
                        ended++;
                        rounds.clear();
                    }
                });
    }

    private static ProgramHost load(Terms terms, Octets module) {
        return (state, c) -> {
            long sum = ByteBuffer.wrap(state.toByteArray()).getLong() + c;
            Octets after = new Octets(ByteBuffer.allocate(8).putLong(sum).array());
            return new EnclaveInput.Ran(End.MORE, c, c, after, new Octets(new byte[0]));
        };
    }

    /// Lets what waits run: the program's load, or a round.
    void work() {
        rounds.remove().run();
    }

    boolean idle() {
        return rounds.isEmpty();
    }

    /// The newest one dies.
    void die() {
        rounds.clear();
        gone.run();
    }

    /// This machine fails within the newest one, which lives on.
    void breakDown() {
        rounds.clear();
        hears.accept(new EnclaveFrame.Over(true, "no memory"));
    }

    @Override
    public Octets evidence(Opening opening, Bytes32 encKey, PublicKey sigKey) {
        return EnclaveEvidence.make(opening, encKey, sigKey);
    }
}
