package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.delegation.stage.PriorExchange;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.machine.Machine;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The customer says the well signed words of an earlier exchange once more.
public final class Replay implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "replayed-messages",
                Cheater.CUSTOMER,
                "the customer sends the Start and the deposit notice of an earlier, settled exchange"
                        + " again",
                "every signed statement names its xid, which holds fresh nonces of both sides (D22): what"
                        + " was said in one exchange means nothing in another",
                Outcome.SETTLED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "provider", Rule.DEPOSIT_EXCHANGE)
                || Signs.ignored(event, "provider", Rule.EXCHANGE);
    }

    @Override
    public void beforehand(DelegationNet net) throws IOException, InterruptedException {
        PriorExchange.play(net);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect ->
                                effect instanceof Send send
                                                && (send.message() instanceof Message.Start
                                                        || send.message() instanceof Message.Funded)
                                        ? again(send, tools)
                                        : Stream.of(effect));
    }

    /// The first time a kind of message is kept; from then on the old one goes first.
    private static Stream<Effect> again(Send send, CheatTools tools) {
        Path kept = tools.home().resolve("kept-" + send.message().getClass().getSimpleName());
        try {
            if (!Files.exists(kept)) {
                Files.write(kept, Records.encode(Message.class, send.message()));
                return Stream.of(send);
            }
            Message old = Records.decode(Message.class, Files.readAllBytes(kept));
            tools.said()
                    .cheated(
                            "repeats the "
                                    + old.getClass().getSimpleName()
                                    + " of the earlier exchange");
            return Stream.of(new Send(send.to(), old), send);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
