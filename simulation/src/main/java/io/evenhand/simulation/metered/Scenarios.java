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

    static final Scenario BAD_PROGRAM =
            Scenario.of(
                            "dishonest program",
                            "it works unseen, traps and breaks the machine, and owes elsewhere")
                    .against(Role.REQUESTER)
                    .with(
                            Fault.BAD_PROGRAM,
                            Fault.MACHINE_FAULT,
                            Fault.OTHER_CHANNEL,
                            Fault.NO_BLOCKS);

    static final Scenario RESTORED_NODE =
            Scenario.of("restored node", "put back to any moment, by a dishonest requester's wish")
                    .against(Role.REQUESTER)
                    .with(Fault.RESTORE_NODE, Fault.CRASH_NODE, Fault.NO_BLOCKS)
                    .faulty(1);

    static final Scenario RECOVERING =
            Scenario.of("killed once", "by whom it may be, and all is opened and paid")
                    .with(Fault.CRASH_REQUESTER, Fault.CUT, Fault.NONE_DELAYED)
                    .faulty(2);

    static final Scenario FUNDING =
            Scenario.of("funding", "open and top-up wait for their blocks, with a reorg")
                    .with(Fault.UNFUNDED, Fault.TOP_UP)
                    .sessions(1)
                    .reorgs(1);

    static final Scenario RESTORED_REQUESTER =
            Scenario.of("restored requester", "put back to any moment, with an honest node")
                    .with(Fault.RESTORE_REQUESTER, Fault.CUT, Fault.SILENCE, Fault.NO_BLOCKS)
                    .faulty(1);

    static final Scenario BAD_NODE =
            Scenario.of("dishonest node", "any hello, result and key that its enclaves give it")
                    .against(Role.NODE)
                    .with(Fault.SILENCE, Fault.NO_BLOCKS);

    static final Scenario WITHHOLDING =
            Scenario.of("withholding node", "keys of one session are shown in a later one")
                    .against(Role.NODE)
                    .with(Fault.SILENCE, Fault.NO_BLOCKS, Fault.WINDOW_OF_ONE, Fault.ONLY_WITHHOLDS)
                    .sessions(3);

    static final Scenario RESTORED_AND_CHEATED =
            Scenario.of("restored requester, dishonest node", "put back to any moment")
                    .against(Role.NODE)
                    .with(Fault.RESTORE_REQUESTER, Fault.SILENCE, Fault.NO_BLOCKS);

    static final Scenario ENCLAVE_BROKEN =
            Scenario.of("enclave broken", "junk, wrong results and every key, as A-I10 allows")
                    .against(Role.NODE)
                    .with(Fault.ENCLAVE_BROKEN, Fault.SILENCE, Fault.NO_BLOCKS);

    static final Scenario BAD_PAYEE =
            Scenario.of("dishonest payee", "any close, at any moment, with a reorg")
                    .against(Role.NODE)
                    .with(Fault.ONLY_WITHHOLDS, Fault.SILENCE)
                    .reorgs(1)
                    .sessions(1);

    private Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                PROMPT,
                RECOVERING,
                TALKING,
                CLOSING,
                FUNDING,
                CRASHING,
                RESTORED_REQUESTER,
                BAD_REQUESTER,
                BAD_PROGRAM,
                BAD_PAYER,
                RESTORED_NODE,
                BAD_NODE,
                WITHHOLDING,
                RESTORED_AND_CHEATED,
                ENCLAVE_BROKEN,
                BAD_PAYEE);
    }
}
