package io.evenhand.simulation.delegation;

import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.delegation.provider.ProviderState;
import io.evenhand.delegation.stamper.StamperState;

/// When a scenario takes the one backup it may restore later.
final class Backups {
    private Backups() {}

    static boolean taken(Scenario scenario, Role role, Object state) {
        return switch (role) {
            case CUSTOMER -> scenario.may(Fault.RESTORE_CUSTOMER) && pays((CustomerState) state);
            case PROVIDER ->
                    (scenario.may(Fault.RESTORE_PROVIDER) && engaged((ProviderState) state))
                            || (scenario.may(Fault.RESTORE_REVEALING_PROVIDER)
                                    && reveals((ProviderState) state));
            case STAMPER ->
                    scenario.may(Fault.RESTORE_STAMPER)
                            && (state instanceof StamperState.Provisioned
                                    || state instanceof StamperState.Judging);
        };
    }

    private static boolean pays(CustomerState state) {
        return switch (state) {
            case CustomerState.Fetching _,
                    CustomerState.Checking _,
                    CustomerState.Funding _,
                    CustomerState.Opening _,
                    CustomerState.Opened _,
                    CustomerState.Refunding _ ->
                    true;
            case CustomerState.Idle _,
                    CustomerState.AskingStampKey _,
                    CustomerState.Offered _,
                    CustomerState.Provisioning _,
                    CustomerState.AwaitingWork _,
                    CustomerState.Final _ ->
                    false;
        };
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
