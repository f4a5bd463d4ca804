package io.evenhand.simulation.meter;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.simulation.chain.ModelTx;
import io.evenhand.simulation.chain.Shown;
import java.util.Optional;

/// A transaction to the meter.
public sealed interface MeterTx extends ModelTx {
    Address sender();

    record Open(int at, ModelChannel channel, Wei deposit, Address sender) implements MeterTx {
        @Override
        public boolean counted() {
            return true;
        }
    }

    /// @param number tells it from the other top-ups of the channel
    record TopUp(int at, ModelChannel channel, int number, Wei more, Address sender)
            implements MeterTx {
        @Override
        public boolean counted() {
            return true;
        }
    }

    /// A top-up of the place where the credit of `owner` is stored (F1).
    record TopUpCredit(int at, Address owner, Wei more, Address sender) implements MeterTx {}

    /// @param channel as the sender names it; its payee is whoever sends
    record Close(
            int at,
            ModelChannel.Name channel,
            Wei total,
            Bytes32 secret,
            Signed update,
            Address sender)
            implements MeterTx {
        @Override
        public Optional<Shown> shows() {
            return Optional.of(new Shown(channel, secret));
        }

        @Override
        public boolean repeatedByWallet() {
            return false;
        }
    }

    record CloseFor(
            int at,
            ModelChannel.Name channel,
            Wei total,
            Bytes32 secret,
            Signed update,
            long notBefore,
            Signed close,
            Address sender)
            implements MeterTx {
        @Override
        public Optional<Shown> shows() {
            return Optional.of(new Shown(channel, secret));
        }

        @Override
        public boolean repeatedByWallet() {
            return false;
        }
    }

    record Refund(int at, ModelChannel channel, Address sender) implements MeterTx {}

    record Release(int at, ModelChannel channel, Address sender) implements MeterTx {}

    /// The credit of the sender to any address.
    record Withdraw(int at, Address to, Address sender) implements MeterTx {}

    /// The credit of `owner` to itself.
    record WithdrawFor(int at, Address owner, Address sender) implements MeterTx {}

    /// Coin pushed into the contract without a call.
    record Force(int at, Address sender, Wei value) implements MeterTx {}

    @Override
    default String brief() {
        return switch (this) {
            case Open(int _, ModelChannel channel, Wei deposit, Address _) ->
                    "open of " + deposit + " until " + channel.timeout();
            case TopUp(int _, ModelChannel channel, int _, Wei more, Address from) ->
                    "top-up of " + more + " by " + who(channel.name(), from);
            case TopUpCredit(int _, Address _, Wei more, Address _) ->
                    "top-up of a credit by " + more;
            case Close(
                            int _,
                            ModelChannel.Name name,
                            Wei total,
                            Bytes32 _,
                            Signed _,
                            Address from) ->
                    "close at " + total + " by " + who(name, from);
            case CloseFor close ->
                    "closeFor at " + close.total() + " by " + who(close.channel(), close.sender());
            case Refund(int _, ModelChannel channel, Address from) ->
                    "refund by " + who(channel.name(), from);
            case Release(int _, ModelChannel channel, Address from) ->
                    "release by " + who(channel.name(), from);
            case Withdraw _, WithdrawFor _ -> "withdrawal";
            case Force(int _, Address _, Wei value) -> value + " pushed in";
        };
    }

    private static String who(ModelChannel.Name channel, Address sender) {
        if (sender.equals(channel.payer())) {
            return "payer";
        }
        return sender.equals(channel.payee()) ? "payee" : "a stranger";
    }
}
