package io.evenhand.system.payfirst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.store.Role;
import io.evenhand.system.crash.Actors;
import io.evenhand.system.crash.CrashPointSweep;
import io.evenhand.system.crash.Soak;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A protocol that the program never heard of goes through the sweep of killed processes.
class PayFirstCrashIT {
    private static final int MOST = 400;

    /// Each of three rounds is at least a message read, a step and an answer.
    private static final int LEAST = 20;

    @TempDir Path folder;

    @Test
    @DisplayName("whenever the buyer's process dies, it pays once and gets every round")
    void buyer() throws Exception {
        sweep(PayFirstBinding.BUYER);
    }

    @Test
    @DisplayName("whenever the seller's process dies, the buyer pays once and gets every round")
    void seller() throws Exception {
        sweep(PayFirstBinding.SELLER);
    }

    /// So few points that it takes a minute; `make soak PARTS=payfirst` goes through all of them.
    private void sweep(Role dies) throws Exception {
        int every = Integer.getInteger("sweep.every", 12);
        int first = 1 + new Random().nextInt(every);
        List<Soak.Ended> ended = Collections.synchronizedList(new ArrayList<>());
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant());
                CrashPointSweep sweep =
                        new CrashPointSweep(
                                new PayFirstExchanges(
                                        chain, Actors.deploy(chain), folder, dies, MOST),
                                folder,
                                dies.part())) {
            int last = sweep.some(first, every, ended::add);
            assertEquals(List.of(), ended.stream().filter(end -> !end.good()).toList());
            assertTrue(last > LEAST, ended::toString);
        }
    }
}
