package io.evenhand.simulation.metered;

import java.util.Locale;

/// The two parties. An enclave is its node's, and honest but for a scenario that says otherwise.
enum Role {
    REQUESTER,
    NODE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
