package io.evenhand.simulation.metered;

import java.util.List;

/// What the specification must stand.
final class Scenarios {
    static final Scenario PROMPT =
            Scenario.of("nobody cheats, nothing is late", "all rounds are opened and paid")
                    .with(Fault.NONE_DELAYED);

    static final Scenario TALKING =
            Scenario.of("nobody cheats", "cuts, silence and stops at any moment")
                    .with(Fault.CUT, Fault.SILENCE, Fault.STOP, Fault.NO_BLOCKS)
                    .faulty(1);

    static final Scenario CLOSING =
            Scenario.of("closing", "at any moment, with a reorg")
                    .with(Fault.SILENCE)
                    .sessions(1)
                    .reorgs(1);

    static final Scenario CRASHING =
            Scenario.of("killed processes", "between every flush and what follows it")
                    .with(Fault.CRASH_REQUESTER, Fault.CRASH_NODE, Fault.NO_BLOCKS)
                    .faulty(2);

    static final Scenario BAD_REQUESTER =
            Scenario.of("dishonest requester", "any session, pair, update and stop")
                    .against(Role.REQUESTER)
                    .with(Fault.NO_BLOCKS);

    static final Scenario BAD_PAYER =
            Scenario.of("dishonest payer", "any transaction of its own, with a reorg")
                    .against(Role.REQUESTER)
                    .with(Fault.UNFUNDED, Fault.TOP_UP, Fault.BRIBED_TOWER)
                    .sessions(1)
                    .reorgs(1);

    static final Scenario BAD_NODE =
            Scenario.of("dishonest node", "any hello, result and key that its enclaves give it")
                    .against(Role.NODE)
                    .with(Fault.SILENCE, Fault.NO_BLOCKS);

    static final Scenario BAD_PAYEE =
            Scenario.of("dishonest payee", "any close, at any moment")
                    .against(Role.NODE)
                    .sessions(1);

    private Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                PROMPT, TALKING, CLOSING, CRASHING, BAD_REQUESTER, BAD_PAYER, BAD_NODE, BAD_PAYEE);
    }
}
