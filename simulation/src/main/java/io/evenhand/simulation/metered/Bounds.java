package io.evenhand.simulation.metered;

import java.util.List;

/// What the exploration is limited to, in words, with the figures of the run.
final class Bounds {
    private Bounds() {}

    static List<String> lines() {
        return List.of(
                "one channel of a requester and a node, and a debt on another one; up to 3 sessions of "
                        + Parties.ROUNDS
                        + " rounds of one cycle, a window of 2 or 1",
                "prices: rate "
                        + Parties.PRICES.rate()
                        + ", round "
                        + Parties.PRICES.perRound()
                        + ", session "
                        + Parties.PRICES.perSession()
                        + "; deposit "
                        + Parties.DEPOSIT
                        + ", one top-up of "
                        + Parties.MORE,
                "a block every second; timeout "
                        + Clock.TIMEOUT
                        + ", the node closes by "
                        + Clock.STOP_AT
                        + ", a tower not before "
                        + Clock.NOT_BEFORE
                        + ", horizon "
                        + Clock.HORIZON
                        + "; clocks agree",
                "a transaction of somebody honest is in one of the next "
                        + Clock.INCLUSION
                        + " blocks, in any order; final under "
                        + Clock.FINALITY
                        + " blocks; at most 1 reorg, at most as deep as finality",
                "scenarios without blocks take what a close would give from the state",
                "at most 2 cuts and killed processes, and one backup that is put back once",
                "one enclave for each number; it is honest but in the scenario that says otherwise",
                "a program of the requester's choice is one of five kinds",
                "A-I12 is about the sandbox: here a program is a function by construction");
    }
}
