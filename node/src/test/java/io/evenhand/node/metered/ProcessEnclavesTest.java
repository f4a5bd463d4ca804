package io.evenhand.node.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.client.EnclaveProcesses;
import io.evenhand.enclave.metered.SandboxPrograms;
import io.evenhand.enclave.sandbox.FileResult;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.Account;
import io.evenhand.protocols.metered.requester.RequesterState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// Both sides of a channel with enclaves that are processes.
///
/// Alone, as it looks for the processes of this one.
@Isolated
class ProcessEnclavesTest {
    private static final long C = 5;

    @TempDir Path directory;

    private static ProcessHandle enclave() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        child.info()
                                .commandLine()
                                .filter(c -> c.contains("EnclaveHost"))
                                .isPresent())
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("a killed enclave ends its session; the next one goes on, and is paid for")
    void life() throws Exception {
        byte[] module = Files.readAllBytes(Path.of("../programs/src/guest/life/life.wasm"));
        Limits limits = new Limits(1_000_000, 100_000_000, 64, module.length, 4096, 64, 1000, 3600);
        ProgramInstance here =
                Program.of(module, SandboxPrograms.limits(limits)).start(Engine.COMPILED);
        byte[] glider =
                "x = 40, y = 40, rule = B3/S23\nbob$2bo$3o!\n".getBytes(StandardCharsets.US_ASCII);
        Octets first =
                assertInstanceOf(FileResult.Made.class, here.importFile(new Octets(glider)))
                        .bytes();
        Accounts accounts =
                new Accounts(
                        new Account.Risk(Wei.of(10_000), Wei.of(10_000), Wei.of(1_000_000)),
                        Wei.of(10_000));
        List<String> trouble = new CopyOnWriteArrayList<>();
        try (ProcessEnclaves enclaves =
                new ProcessEnclaves(
                        new EnclaveProcesses(directory, 1, EnclaveProcesses.HEAP_MIB),
                        trouble::add)) {
            BothSides sides =
                    new BothSides(
                            BothSides.PartyName.FIRST, module, limits, first, accounts, enclaves);
            for (int session = 1; session <= 2; session++) {
                sides.states.clear();
                sides.openAnother();
                sides.settleUntil(() -> sides.requester() instanceof RequesterState.Running);
                sides.want(4, C);
                sides.settleUntil(() -> sides.states.size() == 4);
                Octets state = first;
                for (Octets opened : sides.states) {
                    state = here.round(state, C).state();
                    assertEquals(state, opened);
                }
                if (session == 1) {
                    assertTrue(enclave().destroyForcibly());
                    sides.settleUntil(() -> sides.heard.getLast() instanceof StreamMessage.Ended);
                    assertEquals(List.of("the enclave ended"), trouble);
                }
            }
        }
    }
}
