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

    private final Yard yard;
    private final String role;

    DelegationExchanges(LocalChain chain, Rail rail, Path folder, String role) throws Exception {
        this.yard = new Yard(chain, rail, folder, MAX);
        this.role = role;
    }

    /// A customer dies alone; a server takes everybody's exchanges down with it.
    @Override
    public int sideBySide() {
        return role.equals("customer") ? Soak.SIDE_BY_SIDE : 1;
    }

    @Override
    public Fate play(String name, String options) throws Exception {
        Errand errand = new Errand(yard, name);
        if (role.equals("customer")) {
            return errand.doomed(options);
        }
        Actor server = role.equals("provider") ? yard.provider() : yard.stamper();
        server.program().kill();
        try (DoomedServer _ = DoomedServer.start(this::launch, options)) {
            Program _ = errand.begin();
            Fate fate = errand.end();
            errand.awaitProviderEnd();
            return fate;
        }
    }

    private Program launch(String options) throws IOException {
        return role.equals("provider")
                ? yard.launchProvider(options, 0)
                : yard.launchStamper(options, 0);
    }

    @Override
    public void close() throws IOException {
        yard.close();
    }
}
