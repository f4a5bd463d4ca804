package io.evenhand.simulation.delegation;

import io.evenhand.simulation.delegation.Scenario.Start;
import java.util.List;

/// What the specification must stand.
final class Scenarios {
    static final Scenario PROMPT =
            Scenario.of("nobody cheats, nothing is late", "it settles, through crashes and a reorg")
                    .with(Fault.NONE_DELAYED, Fault.RESTART, Fault.OUTSIDER)
                    .reorgs(1);

    static final Scenario WHOLE =
            Scenario.of("nobody cheats", "from the first message, with every delay, loss and crash")
                    .with(Fault.RESTART, Fault.GIVE_UP)
                    .reorgs(1);

    static final Scenario POOR =
            Scenario.of("poor work", "the first attempt may fail, and so may any job")
                    .with(Fault.BAD_WORK, Fault.JOBS_FAIL, Fault.RESTART)
                    .attempts(2);

    static final Scenario SETTLING =
            Scenario.of("settling", "from the delivery, with outsiders, fees that rise and a reorg")
                    .with(Fault.RESTART, Fault.OUTSIDER, Fault.FEE_SPIKE, Fault.GIVE_UP)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario RESTORED_CUSTOMER =
            Scenario.of("restored customer", "put back to any moment from Fetching on")
                    .with(Fault.RESTORE_CUSTOMER, Fault.OUTSIDER, Fault.GIVE_UP)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario RESTORED_PROVIDER =
            Scenario.of(
                            "restored provider",
                            "put back to any moment from Accepted on, without a reorg")
                    .with(Fault.RESTORE_PROVIDER)
                    .attempts(2);

    static final Scenario RESTORED_REVEALING =
            Scenario.of("restored while revealing", "put back to any moment from Confirming on")
                    .with(Fault.RESTORE_REVEALING_PROVIDER, Fault.RESTART)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario RESTORED_EARLY =
            Scenario.of(
                            "customer restored to before the delivery",
                            "put back to any moment before Fetching, without a reorg")
                    .with(Fault.RESTORE_EARLY_CUSTOMER);

    static final Scenario RESTORED_STAMPER =
            Scenario.of("restored stamper", "put back to any moment from Keyed on")
                    .with(Fault.RESTORE_STAMPER, Fault.RESTART)
                    .attempts(2);

    static final Scenario RESTORED_AGAIN =
            Scenario.of("restored again and again", "customer and provider, after the delivery")
                    .with(
                            Fault.RESTORE_CUSTOMER,
                            Fault.RESTORE_REVEALING_PROVIDER,
                            Fault.RESTORE_AGAIN)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario RESTORED_PAYER_CHEATED =
            Scenario.of("restored customer, dishonest provider", "after the delivery")
                    .against(Role.PROVIDER)
                    .with(Fault.RESTORE_CUSTOMER)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario RESTORED_SELLER_CHEATED =
            Scenario.of("restored provider, dishonest customer", "put back from Confirming on")
                    .against(Role.CUSTOMER)
                    .with(Fault.RESTORE_REVEALING_PROVIDER)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario OLD_OFFER =
            Scenario.of(
                            "old offer to a restored provider",
                            "put back to before the offer, by a dishonest customer's wish")
                    .against(Role.CUSTOMER)
                    .with(Fault.RESTORE_IDLE_PROVIDER);

    static final Scenario REFUSING =
            Scenario.of("payee refuses", "the wage stays as a credit, and nobody is held up")
                    .with(Fault.PAYEE_REFUSES, Fault.OUTSIDER)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario CRASHING =
            Scenario.of("crash while sending", "every transaction may be handed over again")
                    .with(Fault.CRASH_AFTER_SENDING, Fault.RESTART)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario BAD_CUSTOMER =
            Scenario.of(
                            "dishonest customer",
                            "any deal, any plan, any refund, any message of its own")
                    .against(Role.CUSTOMER)
                    .with(Fault.RESTART);

    static final Scenario BAD_PAYER =
            Scenario.of(
                            "dishonest customer after delivery",
                            "with a reorg, fees and users giving up")
                    .against(Role.CUSTOMER)
                    .with(Fault.RESTART, Fault.FEE_SPIKE, Fault.GIVE_UP)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario WRONG_DEALS =
            Scenario.of("wrong deposits", "too little, another payee, a short window, half a lock")
                    .against(Role.CUSTOMER)
                    .with(Fault.WRONG_DEALS)
                    .from(Start.DELIVERED);

    /// Too large to see whole; it fills what time is left.
    static final Scenario TWO_DEPOSITS =
            Scenario.of(
                            "two deposits",
                            "any two of them, right or wrong, with a reorg and outsiders")
                    .against(Role.CUSTOMER)
                    .with(Fault.WRONG_DEALS, Fault.OUTSIDER, Fault.RESTART)
                    .from(Start.DELIVERED)
                    .opens(2)
                    .reorgs(1);

    static final Scenario BAD_PROVIDER =
            Scenario.of(
                            "dishonest provider",
                            "junk, old stamps, other keys, other tries, early claims")
                    .against(Role.PROVIDER)
                    .with(Fault.RESTART, Fault.RESTORE_STAMPER);

    static final Scenario BAD_TRIES =
            Scenario.of("dishonest provider, two attempts", "and work that fails the policy")
                    .against(Role.PROVIDER)
                    .attempts(2);

    static final Scenario BAD_SELLER =
            Scenario.of("dishonest provider after delivery", "with a reorg and outsiders")
                    .against(Role.PROVIDER)
                    .with(Fault.RESTART, Fault.OUTSIDER)
                    .from(Start.DELIVERED)
                    .reorgs(1);

    static final Scenario BAD_STAMPER =
            Scenario.of(
                            "lying stamper",
                            "other seals, early Ready, no verdicts: nobody honest loses")
                    .against(Role.STAMPER)
                    .with(Fault.RESTART, Fault.GIVE_UP);

    /// Random walks: any faults, as many as there are.
    private static final Scenario ANY_FAULTS =
            Scenario.of("storm", "faults drawn for each walk").attempts(2);

    private Scenarios() {}

    /// What random walks go through: nobody cheats, then each party in turn; and one in which
    /// nothing is late, which must settle.
    static List<Scenario> walks() {
        return List.of(
                PROMPT.and(Fault.CRASH_AFTER_SENDING),
                ANY_FAULTS,
                ANY_FAULTS.named("storm, dishonest customer").against(Role.CUSTOMER).opens(2),
                ANY_FAULTS.named("storm, dishonest provider").against(Role.PROVIDER),
                ANY_FAULTS.named("storm, lying stamper").against(Role.STAMPER));
    }

    static List<Scenario> all() {
        return List.of(
                PROMPT,
                WHOLE,
                POOR,
                SETTLING,
                RESTORED_CUSTOMER,
                RESTORED_PROVIDER,
                RESTORED_REVEALING,
                RESTORED_EARLY,
                RESTORED_STAMPER,
                RESTORED_AGAIN,
                RESTORED_PAYER_CHEATED,
                RESTORED_SELLER_CHEATED,
                OLD_OFFER,
                REFUSING,
                CRASHING,
                BAD_CUSTOMER,
                BAD_PAYER,
                WRONG_DEALS,
                TWO_DEPOSITS,
                BAD_PROVIDER,
                BAD_TRIES,
                BAD_SELLER,
                BAD_STAMPER);
    }
}
