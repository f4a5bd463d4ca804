package io.evenhand.simulation.delegation;

import io.evenhand.kit.machine.Step;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import io.evenhand.simulation.search.IntSets;
import io.evenhand.simulation.search.Interner;
import io.evenhand.simulation.search.LongIntMap;
import java.util.ArrayList;
import java.util.List;

/// The three machines with a memory: each pair of state and input is stepped once by the real
/// machine, and every later time looked up.
final class Automata {
    private static final int INPUT_BITS = 28;
    private static final int STATE_BITS = 28;

    /// What one input does to one state.
    ///
    /// @param asked the set of effects that stay possible
    /// @param published the set of transactions to carry out once
    /// @param said statements that were signed
    /// @param last the state is a final one: what still waits to be published is dropped
    record Outcome(int state, int asked, int published, long said, boolean last) {}

    private final Cast cast;
    private final Effects effects;
    private final Said said;
    private final IntSets sets;
    private final List<Interner<Object>> states =
            List.of(new Interner<>(), new Interner<>(), new Interner<>());
    private final Interner<Input> inputs = new Interner<>();
    private final LongIntMap known = new LongIntMap();
    private final List<Outcome> outcomes = new ArrayList<>();

    Automata(Cast cast, Effects effects, Said said, IntSets sets) {
        this.cast = cast;
        this.effects = effects;
        this.said = said;
        this.sets = sets;
    }

    int state(Role role, Object state) {
        return states.get(role.place()).id(state);
    }

    Object state(Role role, int id) {
        return states.get(role.place()).value(id);
    }

    int input(Input input) {
        return inputs.id(input);
    }

    Outcome step(Role role, int state, int input) {
        long key =
                ((long) role.place() << (STATE_BITS + INPUT_BITS))
                        | ((long) state << INPUT_BITS)
                        | input;
        int found = known.get(key);
        if (found == LongIntMap.NONE) {
            found = outcomes.size();
            outcomes.add(stepped(role, state, inputs.value(input)));
            known.put(key, found);
        }
        return outcomes.get(found);
    }

    /// How often a real machine was asked.
    int stepsTaken() {
        return outcomes.size();
    }

    private Outcome stepped(Role role, int state, Input input) {
        Object from = state(role, state);
        return switch (role) {
            case CUSTOMER ->
                    outcome(role, state, cast.customerMachine.step((CustomerState) from, input));
            case PROVIDER ->
                    outcome(role, state, cast.providerMachine.step((ProviderState) from, input));
            case STAMPER ->
                    outcome(role, state, cast.stamperMachine.step((StamperState) from, input));
        };
    }

    private Outcome outcome(Role role, int before, Step<?, Effect> step) {
        return switch (step) {
            case Step.Ignored<?, Effect> _ -> new Outcome(before, 0, 0, 0, false);
            case Step.Moved<?, Effect>(Object after, List<Effect> asked) -> {
                List<Integer> lasting = new ArrayList<>();
                List<Integer> once = new ArrayList<>();
                long statements = 0;
                for (Effect effect : asked) {
                    if (unheard(effect)) {
                        continue;
                    }
                    (effect instanceof Effect.Publish ? once : lasting)
                            .add(effects.id(role, effect));
                    if (cast.scenario.honest(role)
                            && effect instanceof Effect.Send(var _, var message)) {
                        statements |= said.bit(role, message);
                    }
                }
                yield new Outcome(
                        state(role, after), set(lasting), set(once), statements, isFinal(after));
            }
        };
    }

    /// A refusal changes nothing in a dishonest party, which stops when it likes.
    private boolean unheard(Effect effect) {
        return effect instanceof Effect.Send(var to, Message.Refuse _)
                && cast.scenario.dishonest().stream().anyMatch(r -> cast.party(r).equals(to));
    }

    private static boolean isFinal(Object state) {
        return state instanceof CustomerState.Final
                || state instanceof ProviderState.Final
                || state instanceof StamperState.Final;
    }

    private int set(List<Integer> members) {
        return sets.of(members.stream().mapToInt(Integer::intValue).toArray());
    }
}
