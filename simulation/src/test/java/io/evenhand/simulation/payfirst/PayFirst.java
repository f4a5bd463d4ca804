package io.evenhand.simulation.payfirst;

import io.evenhand.kit.machine.Step;
import io.evenhand.simulation.chain.ModelContract;
import io.evenhand.simulation.chain.ModelTx;

/// A protocol that is not fair: the payer pays an output of the seller's, and the seller delivers
/// once the payment is final.
final class PayFirst {
    enum State {
        IDLE,
        WAITING,
        DONE
    }

    enum Input {
        BEGIN,
        UNPAID,
        PAID,
        DELIVERY
    }

    enum Effect {
        PAY,
        DELIVER
    }

    private PayFirst() {}

    static Step<State, Effect> payer(State state, Input input) {
        return state == State.IDLE && input == Input.BEGIN
                ? Step.moved(State.WAITING, Effect.PAY)
                : Step.moved(input == Input.DELIVERY ? State.DONE : state);
    }

    static Step<State, Effect> seller(State state, Input input) {
        return state == State.IDLE && input == Input.PAID
                ? Step.moved(State.DONE, Effect.DELIVER)
                : Step.moved(state);
    }

    record Output(boolean paid) implements ModelContract<Output, Payment> {
        @Override
        public Output after(Payment tx, long time) {
            return new Output(true);
        }
    }

    record Payment(int at) implements ModelTx {
        @Override
        public String brief() {
            return "payment";
        }
    }
}
