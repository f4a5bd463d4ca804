package io.evenhand.system.crash;

import io.evenhand.kit.deal.Rail;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.nio.file.Path;

/// Delegations of which one role's process dies.
final class DelegationExchanges implements CrashedExchanges {
    /// More than there are points; the count of invites.
    private static final int MAX = 600;

    private final CrashTestbed testbed;
    private final String role;

    DelegationExchanges(LocalChain chain, Rail rail, Path folder, String role) throws Exception {
        this.testbed = new CrashTestbed(chain, rail, folder, MAX);
        this.role = role;
    }

    /// A customer's crash concerns its own exchange alone, a server's crash all exchanges.
    @Override
    public int sideBySide() {
        return role.equals("customer") ? Soak.SIDE_BY_SIDE : 1;
    }

    @Override
    public Outcome play(String name, String options) throws Exception {
        ExchangeRun run = new ExchangeRun(testbed, name);
        if (role.equals("customer")) {
            return run.doomed(options);
        }
        Actor server = role.equals("provider") ? testbed.provider() : testbed.stamper();
        server.program().kill();
        try (DoomedServer _ = DoomedServer.start(this::launch, options)) {
            Program _ = run.begin();
            Outcome outcome = run.end();
            run.awaitProviderEnd();
            return outcome;
        }
    }

    private Program launch(String options) throws IOException {
        return role.equals("provider")
                ? testbed.launchProvider(options, 0)
                : testbed.launchStamper(options, 0);
    }

    @Override
    public void close() throws IOException {
        testbed.close();
    }
}
