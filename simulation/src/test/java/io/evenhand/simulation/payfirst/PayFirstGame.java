package io.evenhand.simulation.payfirst;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.chain.ModelChain;
import io.evenhand.simulation.payfirst.PayFirst.Effect;
import io.evenhand.simulation.payfirst.PayFirst.Input;
import io.evenhand.simulation.payfirst.PayFirst.Output;
import io.evenhand.simulation.payfirst.PayFirst.Payment;
import io.evenhand.simulation.payfirst.PayFirst.State;
import io.evenhand.simulation.search.Game;
import io.evenhand.simulation.search.Interner;
import java.util.List;

/// Time passes when nobody honest has anything left to do.
///
/// @param stops the name of the party that may leave its steps undone
record PayFirstGame(String stops, Machine<State, Input, Effect> seller, Interner<Whole> states)
        implements Game {
    private static final ModelChain<Output, Payment> MODEL = new ModelChain<>(2, 2, 1, true);
    private static final int HORIZON = 8;

    /// The state of all; the game's one number names it.
    ///
    /// @param asked what a machine asked for last
    record Whole(State payer, State seller, List<Effect> asked, ChainState<Output, Payment> chain) {
        boolean paid() {
            return chain.tip().contracts().getFirst().paid();
        }
    }

    @Override
    public int width() {
        return 1;
    }

    @Override
    public List<int[]> starts() {
        var chain = MODEL.genesis(List.of(new Output(false)));
        return List.of(id(new Whole(State.IDLE, State.IDLE, List.of(), chain)));
    }

    private int[] id(Whole state) {
        return new int[] {states.id(state)};
    }

    @Override
    public String broken(int[] id) {
        Whole state = states.value(id[0]);
        return state.seller == State.DONE && !state.paid()
                ? "P-I1: the seller delivers unpaid"
                : "";
    }

    @Override
    public void expand(int[] id, Steps steps) {
        Whole now = states.value(id[0]);
        Input seen =
                now.chain.finalized().contracts().getFirst().paid() ? Input.PAID : Input.UNPAID;
        boolean busy = emit(now, payerAfter(now, Input.BEGIN), "payer", "begins", steps);
        busy |= emit(now, sellerAfter(now, seen), "seller", "looks", steps);
        if (now.asked.contains(Effect.DELIVER)) {
            busy |= emit(now, payerAfter(now, Input.DELIVERY), "seller", "delivers", steps);
        }
        if (now.asked.contains(Effect.PAY)) {
            var chain = MODEL.handedOver(now.chain, new Payment(0));
            Whole paid = new Whole(now.payer, now.seller, List.of(), chain);
            busy |= emit(now, paid, "payer", "pays", steps);
        }
        if (!busy) {
            time(now, steps);
        }
    }

    private static Whole payerAfter(Whole now, Input input) {
        Step<State, Effect> step = PayFirst.payer(now.payer, input);
        return new Whole(step.state(), now.seller, asked(now, step), now.chain);
    }

    private Whole sellerAfter(Whole now, Input input) {
        Step<State, Effect> step = seller.step(now.seller, input);
        return new Whole(now.payer, step.state(), asked(now, step), now.chain);
    }

    private static List<Effect> asked(Whole now, Step<State, Effect> step) {
        return step instanceof Step.Moved<State, Effect> moved && !moved.effects().isEmpty()
                ? moved.effects()
                : now.asked;
    }

    /// Whether somebody honest has this to do.
    private boolean emit(Whole now, Whole next, String who, String does, Steps steps) {
        boolean moves = !next.equals(now);
        if (moves) {
            steps.to(id(next), who + " " + does);
        }
        return moves && !who.equals(stops);
    }

    private void time(Whole now, Steps steps) {
        if (now.chain.time() < HORIZON) {
            for (var mined : MODEL.mine(now.chain, List.of(), false)) {
                Whole next = new Whole(now.payer, now.seller, now.asked, mined.after());
                steps.to(id(next), mined.label());
            }
        } else if (now.paid() && now.payer != State.DONE && !stops.equals("payer")) {
            steps.broken("P-I2: the payer has paid and gets nothing");
        }
    }
}
