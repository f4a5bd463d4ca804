package io.evenhand.enclave.policy;

import io.evenhand.enclave.sandbox.Guest;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// What was said of the modules that came last, so that one that comes again is not read again.
///
/// One module is read at a time, whoever sends it; the others wait in the order they came.
final class KnownModules {
    /// More than exchanges are open at a provider.
    static final int KEPT = 512;

    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock(true);

    private static final Map<Bytes32, Optional<String>> SAID =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Bytes32, Optional<String>> eldest) {
                    return size() > KEPT;
                }
            };

    private KnownModules() {}

    /// @throws MalformedException if the sandbox does not run it
    static void check(Octets module) {
        byte[] bytes = module.toByteArray();
        Bytes32 hash = Bytes32.of(Hashes.sha256(bytes));
        Optional<String> refusal;
        ONE_AT_A_TIME.lock();
        try {
            refusal = SAID.computeIfAbsent(hash, _ -> read(bytes));
        } finally {
            ONE_AT_A_TIME.unlock();
        }
        if (refusal.isPresent()) {
            throw new MalformedException(refusal.get());
        }
    }

    private static Optional<String> read(byte[] module) {
        try {
            Guest _ = Guest.of(module);
            return Optional.empty();
        } catch (MalformedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
