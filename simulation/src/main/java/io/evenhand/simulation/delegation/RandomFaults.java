package io.evenhand.simulation.delegation;

import io.evenhand.simulation.delegation.Scenario.Start;
import java.util.SplittableRandom;

/// The faults of one random walk. Each walk has its own, or the commonest fault would end most of
/// them early.
final class RandomFaults {
    /// One fault in so many is there.
    private static final int USUAL = 3;

    /// The same for faults that end an exchange before its deposit.
    private static final int RARE = 12;

    private RandomFaults() {}

    /// `base` with the faults that belong to `seed`. Where nothing is late it has the faults it
    /// must settle under.
    static Scenario drawn(Scenario base, long seed) {
        if (base.may(Fault.NONE_DELAYED)) {
            return base;
        }
        SplittableRandom random = new SplittableRandom(seed);
        Scenario drawn = base;
        for (Fault fault : Fault.values()) {
            if (random.nextInt(share(fault)) == 0) {
                drawn = drawn.and(fault);
            }
        }
        if (drawn.may(Fault.RESTORE_PROVIDER) || drawn.may(Fault.RESTORE_REVEALING_PROVIDER)) {
            // It may have forgotten a release that is still waiting for a block.
            drawn = drawn.without(Fault.GIVE_UP);
        }
        // A provider put back to before the notice of the deposit may not learn of it again in
        // time, so a reorg at that moment is outside of the stated bounds.
        boolean reorg = random.nextBoolean() && !drawn.may(Fault.RESTORE_PROVIDER);
        // The undisturbed run that leads to a delivery knows no job that fails.
        boolean late = random.nextBoolean() && !drawn.may(Fault.JOBS_FAIL);
        return drawn.reorgs(reorg ? 1 : 0).from(late ? Start.DELIVERED : Start.IDLE);
    }

    private static int share(Fault fault) {
        return switch (fault) {
            case GIVE_UP, JOBS_FAIL -> RARE;
            case NONE_DELAYED -> Integer.MAX_VALUE;
            case OUTSIDER,
                    RESTART,
                    BAD_WORK,
                    FEE_SPIKE,
                    PAYEE_REFUSES,
                    CRASH_AFTER_SENDING,
                    RESTORE_CUSTOMER,
                    RESTORE_PROVIDER,
                    RESTORE_IDLE_PROVIDER,
                    RESTORE_REVEALING_PROVIDER,
                    RESTORE_EARLY_CUSTOMER,
                    RESTORE_STAMPER,
                    RESTORE_AGAIN,
                    WRONG_DEALS ->
                    USUAL;
        };
    }
}
