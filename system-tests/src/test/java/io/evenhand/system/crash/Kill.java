package io.evenhand.system.crash;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// One instant in an exchange at which processes die, all drawn from one seed.
///
/// @param victims of `customer`, `provider` and `stamper`
/// @param role whose state marks the instant
/// @param afterMillis from that state to the kill
/// @param downMillis from the kill to the new start
record Kill(Set<String> victims, String role, String state, int afterMillis, int downMillis) {
    private static final List<String> PARTIES = List.of("customer", "provider", "stamper");

    private static final List<String> CUSTOMER =
            List.of(
                    "AskingStampKey",
                    "Offered",
                    "Provisioning",
                    "AwaitingWork",
                    "Fetching",
                    "Checking",
                    "Funding",
                    "Opening",
                    "Opened");

    private static final List<String> PROVIDER =
            List.of(
                    "Accepted",
                    "AwaitingInput",
                    "Working",
                    "Trying",
                    "Sealing",
                    "Delivering",
                    "Confirming",
                    "Revealing");

    private static final List<String> STAMPER =
            List.of("Keyed", "Provisioned", "Judging", "StampMade");

    /// Some states last for a moment, some for several blocks.
    private static final int MAX_AFTER = 1_200;

    static final int MAX_DOWN = 1_500;

    static Kill of(long seed) {
        Random random = new Random(seed);
        Set<String> victims = new TreeSet<>();
        int several = random.nextInt(10);
        int count = several < 7 ? 1 : several < 9 ? 2 : 3;
        while (victims.size() < count) {
            victims.add(PARTIES.get(random.nextInt(PARTIES.size())));
        }
        int at = random.nextInt(CUSTOMER.size() + PROVIDER.size() + STAMPER.size());
        int after = random.nextInt(MAX_AFTER);
        int down = random.nextInt(MAX_DOWN);
        if (at < CUSTOMER.size()) {
            return new Kill(victims, "customer", CUSTOMER.get(at), after, down);
        }
        at -= CUSTOMER.size();
        if (at < PROVIDER.size()) {
            return new Kill(victims, "provider", PROVIDER.get(at), after, down);
        }
        return new Kill(victims, "stamper", STAMPER.get(at - PROVIDER.size()), after, down);
    }

    @Override
    public String toString() {
        return "%s %d ms after the %s entered %s, down for %d ms"
                .formatted(String.join(" and ", victims), afterMillis, role, state, downMillis);
    }
}
