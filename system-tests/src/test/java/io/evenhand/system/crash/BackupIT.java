package io.evenhand.system.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.ledger.evm.LocalChain;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Old copies of data directories put back under real processes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupIT {
    private LocalChain chain;
    private CrashTestbed testbed;

    @BeforeAll
    void settle(@TempDir Path folder) throws Exception {
        chain = LocalChain.start(new LocalChain.Mining.Instant());
        testbed = new CrashTestbed(chain, Actors.deploy(chain), folder, Backup.FEW.size());
    }

    @AfterAll
    void leave() throws Exception {
        testbed.close();
        chain.close();
    }

    static Iterable<Backup> few() {
        return Backup.FEW;
    }

    @ParameterizedTest
    @MethodSource("few")
    @DisplayName("12: put back from a backup, a party pays once, is paid once, and signs once")
    void putBack(Backup backup) {
        Soak.Ended ended = backup.play(testbed);
        assertTrue(ended.good(), ended::toString);
    }
}
