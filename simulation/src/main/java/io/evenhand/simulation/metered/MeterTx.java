package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.simulation.chain.ModelTx;
import io.evenhand.simulation.chain.Shown;
import java.util.Optional;

/// A transaction to the one channel of the model.
sealed interface MeterTx extends ModelTx {
    /// Who sends it.
    enum Sender {
        PAYER,
        PAYEE,
        STRANGER
    }

    Sender sender();

    @Override
    default int at() {
        return 0;
    }

    record Open(Sender sender, Wei value) implements MeterTx {
        @Override
        public boolean counted() {
            return true;
        }
    }

    /// @param number tells two of one value apart
    record TopUp(Sender sender, Wei value, int number) implements MeterTx {
        @Override
        public boolean counted() {
            return true;
        }
    }

    record Close(Sender sender, Pair pair) implements MeterTx {
        @Override
        public Optional<Shown> shows() {
            return Optional.of(new Shown("channel", pair.k()));
        }
    }

    /// With the payee's Close for exactly this update.
    record CloseFor(Sender sender, Pair pair, long notBefore) implements MeterTx {
        @Override
        public Optional<Shown> shows() {
            return Optional.of(new Shown("channel", pair.k()));
        }
    }

    record Refund(Sender sender) implements MeterTx {}

    /// The key that a close publishes.
    default Optional<Bytes32> secret() {
        return shows().map(Shown::secret);
    }

    @Override
    default String brief() {
        return switch (this) {
            case Open open -> "open with " + open.value();
            case TopUp more -> "top-up of " + more.value();
            case Close close -> "close with " + close.pair().total() + " by " + close.sender();
            case CloseFor close -> "close with " + close.pair().total() + " by a tower";
            case Refund refund -> "refund by " + refund.sender();
        };
    }
}
