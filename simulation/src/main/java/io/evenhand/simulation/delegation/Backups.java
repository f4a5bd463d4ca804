package io.evenhand.simulation.delegation;

import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;

/// When a scenario takes the one backup it may restore later.
final class Backups {
    private Backups() {}

    static boolean taken(Scenario scenario, Role role, Object state) {
        return switch (role) {
            case CUSTOMER -> pays(scenario, (CustomerState) state);
            case PROVIDER ->
                    (scenario.may(Fault.RESTORE_IDLE_PROVIDER)
                                    && state instanceof ProviderState.Idle)
                            || (scenario.may(Fault.RESTORE_PROVIDER)
                                    && engaged((ProviderState) state))
                            || (scenario.may(Fault.RESTORE_REVEALING_PROVIDER)
                                    && reveals((ProviderState) state));
            case STAMPER ->
                    scenario.may(Fault.RESTORE_STAMPER)
                            && !(state instanceof StamperState.Idle)
                            && !(state instanceof StamperState.Final);
        };
    }

    /// A provider that forgot everything finds its deposits by other means (`UnclaimedDeposits`),
    /// which the model does not have.
    static boolean restorable(Object backup, Object state) {
        return !(backup instanceof ProviderState.Idle)
                || state instanceof ProviderState.BeforeDeposit;
    }

    /// Whether somebody was put back while a dishonest customer's last transaction is not final:
    /// what that party waits for lies behind the horizon.
    static boolean late(Scenario scenario, int[] global, ChainState<ModelEscrow, EscrowTx> chain) {
        boolean putBack =
                global[GlobalState.BACKUP] == GlobalState.USED || scenario.may(Fault.RESTORE_AGAIN);
        return putBack && !chain.tip().contracts().equals(chain.finalized().contracts());
    }

    private static boolean pays(Scenario scenario, CustomerState state) {
        return switch (state) {
            case CustomerState.AskingStampKey _,
                    CustomerState.Offered _,
                    CustomerState.Provisioning _,
                    CustomerState.AwaitingWork _ ->
                    scenario.may(Fault.RESTORE_EARLY_CUSTOMER);
            case CustomerState.Fetching _,
                    CustomerState.Checking _,
                    CustomerState.Funding _,
                    CustomerState.Opening _,
                    CustomerState.Opened _,
                    CustomerState.Refunding _ ->
                    scenario.may(Fault.RESTORE_CUSTOMER);
            case CustomerState.Idle _, CustomerState.Final _ -> false;
        };
    }

    /// Whether this state of a customer knows of no delivery, so of no deposit.
    static boolean early(Object state) {
        return state instanceof CustomerState.AskingStampKey
                || state instanceof CustomerState.Offered
                || state instanceof CustomerState.Provisioning
                || state instanceof CustomerState.AwaitingWork;
    }

    private static boolean engaged(ProviderState state) {
        return !(state instanceof ProviderState.Idle) && !(state instanceof ProviderState.Final);
    }

    private static boolean reveals(ProviderState state) {
        return state instanceof ProviderState.Confirming
                || state instanceof ProviderState.Revealing
                || state instanceof ProviderState.Releasing;
    }
}
