package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.cli.command.StoredExchange;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// A customer's exchanges that an earlier process began: they go on, or are given up.
record OpenDelegations(Shell shell, KeyOptions keys) {
    /// Sees them through, one after the other.
    int resume(PartyHooks hooks, List<Bytes32> open) throws IOException, InterruptedException {
        Fatal.wayOut(Outcomes.goOn(shell));
        NodeKeys nodeKeys = keys.load(shell.home());
        Deliveries.writeOpened(shell, nodeKeys);
        Screen screen = DelegationProtocol.screen(shell, open.size() > 1);
        int worst = ExitCode.OK.code();
        try (CustomerAgent agent =
                CustomerAgent.start(
                        shell.home().directory(),
                        nodeKeys,
                        Chains.configured(shell.home()),
                        hooks.clock(DelegationRoles.CUSTOMER),
                        screen,
                        screen,
                        hooks.around(DelegationRoles.CUSTOMER, shell))) {
            Deliveries deliveries = Deliveries.start(shell, agent);
            for (Bytes32 ref : open) {
                goOn(screen, ref);
                worst = Math.max(worst, Outcomes.await(shell, screen, agent, deliveries, ref));
            }
        }
        return worst;
    }

    /// Says where an exchange stands.
    private void goOn(Screen screen, Bytes32 ref) {
        SessionKey session = new SessionKey(DelegationRoles.CUSTOMER, ref);
        try (Store store = Store.openForReading(shell.home().directory())) {
            store.sessions()
                    .find(session)
                    .filter(stored -> !stored.ended())
                    .ifPresent(stored ->
                            screen.goesOn(session, DelegationSummary.of(store, stored).state()));
        }
    }

    /// Before the deposit an exchange just ends; after it the wage comes back at the deadline.
    int refund(StoredExchange exchange, boolean patient) throws IOException, InterruptedException {
        checkOpen(exchange);
        Optional<Deal> deal = deal(exchange);
        long early =
                deal.map(deposit -> deposit.claimBy() - Instant.now().getEpochSecond()).orElse(0L);
        if (early > 0 && !patient) {
            throw new CliException(
                    ExitCode.FAILED,
                    "the deposit can be taken back in "
                            + Units.show(Duration.ofSeconds(early))
                            + ", if the provider has not claimed it by then: run it again, or wait"
                            + " with --wait");
        }
        Bytes32 ref = exchange.stored().key().ref();
        Screen screen = DelegationProtocol.screen(shell, false);
        try (CustomerAgent agent = agent(shell, keys, screen)) {
            if (deal.isEmpty()) {
                Sessions.Reaction _ = agent.giveUp(ref);
            }
            return Outcomes.await(shell, screen, agent, Deliveries.start(shell, agent), ref);
        }
    }

    /// The customer of this data directory, as it is.
    static CustomerAgent agent(Shell shell, KeyOptions keys, Screen screen) throws IOException {
        return CustomerAgent.start(
                shell.home().directory(),
                keys.load(shell.home()),
                Chains.configured(shell.home()),
                InstantSource.system(),
                screen,
                screen);
    }

    private static void checkOpen(StoredExchange exchange) {
        if (!exchange.stored().key().role().equals(DelegationRoles.CUSTOMER)) {
            throw CliException.usage(
                    "here this exchange is the "
                            + exchange.stored().key().role().text()
                            + "'s: only its customer can take the wage back");
        }
        if (exchange.stored().ended()) {
            throw new CliException(
                    ExitCode.FAILED, "the exchange is over: " + exchange.summary().state());
        }
    }

    private Optional<Deal> deal(StoredExchange exchange) {
        try (Store store = Store.openForReading(shell.home().directory())) {
            return DelegationSummary.of(store, exchange.stored()).deal();
        }
    }
}
