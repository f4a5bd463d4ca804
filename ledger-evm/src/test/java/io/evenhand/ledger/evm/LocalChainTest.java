package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalChainTest {
    @Test
    void itMinesByTheClockAndItsTimeCanBeMoved() throws IOException {
        Watch watch = new Watch();
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Every(1));
                ChainWatcher watcher =
                        ChainWatcher.start(chain.rpc(), Rig.FAST, InstantSource.system())) {
            watcher.add(watch);
            watch.await("two blocks", s -> s.tip().number() >= 2);
            chain.setMining(new LocalChain.Mining.Manual());
            long before = chain.tip().timestamp();
            chain.warp(Duration.ofHours(3));
            chain.mine(1);
            assertTrue(chain.tip().timestamp() >= before + 3 * 3_600);
            long later = chain.tip().timestamp() + 77;
            chain.nextTimestamp(later);
            chain.mine(1);
            assertEquals(later, chain.tip().timestamp());
        }
    }

    @Test
    void transactionsAreExecutedWithoutAManager() throws IOException {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Manual())) {
            Wallet wallet = LocalChain.wallet(4);
            Intent deploy = EscrowCalls.deploy("deploy", Rig.ENOUGH);
            TransactionStatus.Receipt first = chain.execute(wallet, deploy);
            TransactionStatus.Receipt second = chain.execute(wallet, deploy);
            assertTrue(first.succeeded());
            assertEquals(
                    Wallet.contractAddress(wallet.address(), 1), second.created().orElseThrow());
            assertEquals(2, chain.tip().number());
        }
    }

    @Test
    void itsProcessEndsWithIt() throws IOException {
        LocalChain chain = LocalChain.start(new LocalChain.Mining.Manual());
        long pid = chain.processId();
        assertTrue(ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
        chain.close();
        assertFalse(ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
        chain.close();
    }

    @Test
    void accountsAreFundedAndStateSurvivesARestart() throws IOException {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Manual())) {
            var account = LocalChain.wallet(9).address();
            assertEquals("10000 eth", chain.balance(account).toString());
            chain.mine(3);
            Header tip = chain.tip();
            chain.stop();
            chain.restart();
            assertEquals(tip, chain.tip());
            assertEquals("10000 eth", chain.balance(account).toString());
        }
    }

    @Test
    void aMissingAnvilIsNamedWithTheWayOut(@TempDir Path empty) throws IOException {
        IOException e = assertThrows(IOException.class, () -> Tools.anvil(Optional.empty(), empty));
        assertTrue(String.valueOf(e.getMessage()).contains("npm ci"), e.getMessage());
        Path nothing = empty.resolve("anvil");
        assertThrows(IOException.class, () -> Tools.anvil(Optional.of(nothing.toString()), empty));
        Path inTree =
                empty.resolve("contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
        Files.createDirectories(inTree.getParent());
        Files.writeString(inTree, "#!/bin/sh\necho error: not today\n");
        assertTrue(inTree.toFile().setExecutable(true));
        Path deep = Files.createDirectories(empty.resolve("a/b/c"));
        assertEquals(inTree, Tools.anvil(Optional.empty(), deep));
        IOException notToday =
                assertThrows(
                        IOException.class,
                        () -> LocalChain.start(new LocalChain.Mining.Instant(), inTree));
        assertTrue(String.valueOf(notToday.getMessage()).contains("not today"));
    }
}
