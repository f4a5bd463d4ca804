package io.evenhand.simulation.delegation;

import java.util.List;

/// What the exploration is limited to, in words, with the figures of the run.
final class Bounds {
    private Bounds() {}

    static List<String> lines() {
        return List.of(
                "one exchange; a second one is known to the adversary by its stamp and seal",
                "a block every "
                        + Parties.BLOCK
                        + " s; tWork "
                        + Parties.T_WORK
                        + ", tFund "
                        + Parties.T_FUND
                        + ", claimBy "
                        + Parties.CLAIM_BY
                        + ", horizon "
                        + DelegationGame.HORIZON
                        + "; clocks agree",
                "an honest transaction is in one of the next "
                        + Parties.TIMING.inclusionSeconds() / Parties.BLOCK
                        + " blocks, in any order; final under "
                        + Parties.TIMING.finalitySeconds() / Parties.BLOCK
                        + " blocks",
                "at most 1 reorg, at most as deep as finality; dropped claims are sent again by the"
                        + " machine, other transactions by the wallet",
                "a provider whose key is shown leaves its claim unattended for at most "
                        + Parties.TIMING.longestOutageSeconds() / Parties.BLOCK
                        + " block; from claimBy on honest parties look at every block",
                "before its key is shown anybody may be slow, down or cut off for ever",
                "messages are delayed, lost, repeated and reordered without limit; jobs repeat; timers"
                        + " fire late or again; processes restart at any step",
                "one backup at a time, restored once or, where a scenario says so, again and again: the"
                        + " customer's from AskingStampKey on, the provider's from Accepted on without a"
                        + " reorg and from Confirming on with one, the stamper's from Keyed on",
                "a provider that gave up and handed a release over is not put back to before that; a"
                        + " customer put back to before its delivery may lose what it paid for, never"
                        + " what it deposited",
                "a dishonest customer opens at most 2 deals, by block "
                        + Parties.LAST_OPEN / Parties.BLOCK
                        + "; one transaction of the adversary a block");
    }
}
