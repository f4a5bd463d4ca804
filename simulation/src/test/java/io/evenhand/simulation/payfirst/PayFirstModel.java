package io.evenhand.simulation.payfirst;

import io.evenhand.kit.machine.Machine;
import io.evenhand.simulation.Model;
import io.evenhand.simulation.payfirst.PayFirst.Effect;
import io.evenhand.simulation.payfirst.PayFirst.Input;
import io.evenhand.simulation.payfirst.PayFirst.State;
import io.evenhand.simulation.search.Game;
import io.evenhand.simulation.search.Interner;
import java.util.List;

/// The smallest model: what a protocol brings to the explorer, and no more.
final class PayFirstModel implements Model {
    record Case(
            String name,
            String about,
            String rule,
            String invariant,
            String stops,
            Machine<State, Input, Effect> seller)
            implements Scenario, Mutant {
        @Override
        public Scenario scenario() {
            return this;
        }

        @Override
        public Game game() {
            return new PayFirstGame(stops, seller, new Interner<>());
        }
    }

    @Override
    public String protocol() {
        return "pay-first";
    }

    @Override
    public List<Case> scenarios() {
        return List.of(stops("nobody"), stops("payer"), stops("seller"));
    }

    private static Case stops(String who) {
        return new Case(who + " stops", "at any moment", "", "", who, PayFirst::seller);
    }

    @Override
    public List<Case> mutants() {
        Machine<State, Input, Effect> trusting = (state, _) -> PayFirst.seller(state, Input.PAID);
        return List.of(new Case("trusts", "at once", "P1", "P-I1", "nobody", trusting));
    }

    @Override
    public List<String> bounds() {
        return List.of("nothing is late");
    }
}
