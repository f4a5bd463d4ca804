package io.evenhand.simulation.machines;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.simulation.search.Interner;
import io.evenhand.simulation.search.LongIntMap;
import java.util.ArrayList;
import java.util.List;

/// A machine with a memory: each pair of state and input is stepped once by the real machine, and
/// every later time looked up.
///
/// @param <S> its states, which are named by numbers
/// @param <I> its inputs, which are named by the numbers of a table that machines share
/// @param <E> its effects
/// @param <O> what a step comes to in the model
public final class MemoizedMachine<S, I, E, O> {
    private static final int INPUT_BITS = 32;

    private final Machine<S, I, E> machine;
    private final Interner<I> inputs;
    private final Reading<S, E, O> reading;
    private final Interner<S> states = new Interner<>();
    private final LongIntMap known = new LongIntMap();
    private final List<O> outcomes = new ArrayList<>();

    /// What a step comes to.
    public interface Reading<S, E, O> {
        /// @param after the number of the state after the step
        O outcome(int after, Step<S, E> step);
    }

    public MemoizedMachine(Machine<S, I, E> machine, Interner<I> inputs, Reading<S, E, O> reading) {
        this.machine = machine;
        this.inputs = inputs;
        this.reading = reading;
    }

    public int id(S state) {
        return states.id(state);
    }

    public S state(int id) {
        return states.value(id);
    }

    public O step(int state, int input) {
        long key = ((long) state << INPUT_BITS) | input;
        int found = known.get(key);
        if (found == LongIntMap.NONE) {
            found = outcomes.size();
            outcomes.add(stepped(state, inputs.value(input)));
            known.put(key, found);
        }
        return outcomes.get(found);
    }

    private O stepped(int before, I input) {
        Step<S, E> step = machine.step(state(before), input);
        int after =
                switch (step) {
                    case Step.Ignored<S, E> _ -> before;
                    case Step.Moved<S, E> moved -> id(moved.state());
                };
        return reading.outcome(after, step);
    }
}
