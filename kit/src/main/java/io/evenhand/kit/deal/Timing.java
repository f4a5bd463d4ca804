package io.evenhand.kit.deal;

/// How slow and unsteady a chain and a party may be; every margin is computed from these (R2,
/// decisions 10 and 10a).
///
/// @param inclusionSeconds 99.9 % of transactions at full fee are in a block by then (Δi)
/// @param finalitySeconds a block is final after this (Δf)
/// @param clockErrorSeconds how wrong a clock may be (Δc)
/// @param longestOutageSeconds how long a party may be down
/// @param reorgs how many reorgs may hit one transaction
/// @param slackSeconds what a claim window must leave beyond all margins
public record Timing(
        long inclusionSeconds,
        long finalitySeconds,
        long clockErrorSeconds,
        long longestOutageSeconds,
        int reorgs,
        long slackSeconds) {
    /// Ethereum: 12 s slots and finality after two epochs (about 13 min, 16 with a missed slot or
    /// two); a claim at full fee waited minutes in the worst fee spikes, so 10 min; an operator
    /// reboots within the hour.
    public static final Timing ETHEREUM = new Timing(600, 960, 120, 3600, 1, 3600);

    /// A chain of one's own with blocks of a second and 3 confirmations, on one machine with one
    /// clock. The slack makes the claim window longer than {@link #CONTRACT_WINDOW_SECONDS}.
    public static final Timing LOCAL = new Timing(4, 5, 2, 5, 1, 35);

    /// The contract opens no deal that leaves less than this until `claimBy` (`MIN_WINDOW`).
    public static final long CONTRACT_WINDOW_SECONDS = 60;

    /// A key is shown only if more than this is left before `claimBy` (10a).
    public long revealMargin() {
        return (reorgs + 1) * inclusionSeconds
                + reorgs * finalitySeconds
                + clockErrorSeconds
                + longestOutageSeconds;
    }

    /// The least time between tFund and `claimBy` a provider accepts (decisions 10): never less
    /// than what the contract insists on, or a deposit just before tFund would be refused.
    public long minClaimWindow() {
        long margins = revealMargin() + inclusionSeconds + finalitySeconds + slackSeconds;
        return Math.max(margins, CONTRACT_WINDOW_SECONDS + clockErrorSeconds);
    }
}
