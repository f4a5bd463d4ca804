package io.evenhand.simulation.delegation;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import io.evenhand.simulation.machines.MemoizedMachine;
import io.evenhand.simulation.search.IntSets;
import io.evenhand.simulation.search.Interner;
import java.util.ArrayList;
import java.util.List;

/// The three machines with their memories.
final class MemoizedMachines {
    final MemoizedMachine<CustomerState, Input, Effect, Outcome> customer;
    final MemoizedMachine<ProviderState, Input, Effect, Outcome> provider;
    final MemoizedMachine<StamperState, Input, Effect, Outcome> stamper;

    /// What one input does to one state.
    ///
    /// @param asked the set of effects that stay possible
    /// @param published the set of transactions to carry out once
    /// @param signed statements that were signed
    /// @param last the state is a final one: what still waits to be published is dropped
    record Outcome(int state, int asked, int published, long signed, boolean last) {}

    private final Parties parties;
    private final NumberedEffects effects;
    private final SignedStatements signed;
    private final IntSets sets;
    private final Interner<Input> inputs = new Interner<>();
    private final List<MemoizedMachine<?, Input, Effect, Outcome>> byPlace;

    MemoizedMachines(
            Parties parties, NumberedEffects effects, SignedStatements signed, IntSets sets) {
        this.parties = parties;
        this.effects = effects;
        this.signed = signed;
        this.sets = sets;
        customer = memoized(Role.CUSTOMER, parties.customerMachine);
        provider = memoized(Role.PROVIDER, parties.providerMachine);
        stamper = memoized(Role.STAMPER, parties.stamperMachine);
        byPlace = List.of(customer, provider, stamper);
    }

    private <S> MemoizedMachine<S, Input, Effect, Outcome> memoized(
            Role role, Machine<S, Input, Effect> machine) {
        return new MemoizedMachine<>(machine, inputs, (after, step) -> outcome(role, after, step));
    }

    Object state(Role role, int id) {
        return byPlace.get(role.place()).state(id);
    }

    int input(Input input) {
        return inputs.id(input);
    }

    Outcome step(Role role, int state, int input) {
        return byPlace.get(role.place()).step(state, input);
    }

    private Outcome outcome(Role role, int after, Step<?, Effect> step) {
        return switch (step) {
            case Step.Ignored<?, Effect> _ -> new Outcome(after, 0, 0, 0, false);
            case Step.Moved<?, Effect>(Object state, List<Effect> asked) -> {
                List<Integer> lasting = new ArrayList<>();
                List<Integer> once = new ArrayList<>();
                long statements = 0;
                for (Effect effect : asked) {
                    if (unheard(effect)) {
                        continue;
                    }
                    (effect instanceof Effect.Publish ? once : lasting)
                            .add(effects.id(role, effect));
                    if (parties.scenario.honest(role)
                            && effect instanceof Effect.Send(var _, var message)) {
                        statements |= signed.bit(role, message);
                    }
                }
                yield new Outcome(after, set(lasting), set(once), statements, isFinal(state));
            }
        };
    }

    /// A refusal changes nothing in a dishonest party, which stops when it likes.
    private boolean unheard(Effect effect) {
        return effect instanceof Effect.Send(var to, Message.Refuse _)
                && parties.scenario.dishonest().stream().anyMatch(r -> parties.party(r).equals(to));
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
