package io.evenhand.demo.delegation.cheat.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.Rule;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;

/// Decisions 10: the provider's clock is off by an hour.
///
/// @param error by how much
public record WrongClock(CheatDescription description, Duration error) implements Cheat {
    private static final Duration HOUR = Duration.ofHours(1);

    public static WrongClock behind() {
        return new WrongClock(
                new CheatDescription(
                        "clock-behind",
                        Cheater.NOBODY,
                        "the provider's clock is an hour behind",
                        "decisions are taken by the later of its own clock and the newest block's"
                                + " (decisions 10), and an alarm names the gap",
                        Outcome.SETTLED),
                HOUR.negated());
    }

    public static WrongClock ahead() {
        return new WrongClock(
                new CheatDescription(
                        "clock-ahead",
                        Cheater.NOBODY,
                        "the provider's clock is an hour ahead",
                        "a provider for whom the deadlines are over refuses before it works, and shows no"
                                + " key without time (R2, decisions 10)",
                        Outcome.ABORTED),
                HOUR);
    }

    @Override
    public boolean shows(JsonNode event) {
        return error.isNegative()
                ? Signs.ended(event, "provider", "Settled")
                : Signs.aborted(event, "provider", Rule.DEADLINES);
    }

    @Override
    public InstantSource clock(Role role) {
        return role.equals(DelegationRoles.PROVIDER)
                ? Clock.offset(Clock.systemUTC(), error)
                : InstantSource.system();
    }

    @Override
    public void play(DelegationNet net) {
        net.cheated("the provider's clock is an hour " + (error.isNegative() ? "behind" : "ahead"));
    }
}
