package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Altered;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.delegation.stage.PriorExchange;
import io.evenhand.kit.machine.Machine;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// D7: a real stamp of the same stamper for the same customer, but of an earlier exchange.
public final class OldStamp implements Cheat {
    private final List<Message.Deliver> delivered = new CopyOnWriteArrayList<>();

    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "stamp-of-another-exchange",
                Cheater.PROVIDER,
                "the provider delivers with the real stamp of an earlier exchange between the same"
                        + " parties",
                "a stamp names its xid, its seal and its lock (D7), and every exchange has a stamp key of"
                        + " its own (decisions 1)",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", Rule.DELIVERY_STAMP);
    }

    @Override
    public void beforehand(DelegationNet net) throws IOException, InterruptedException {
        PriorExchange.play(net);
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitStoppedAndPassBeyond("tWork");
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect ->
                                effect instanceof Send(var to, Message.Deliver deliver)
                                                && isSecond(deliver)
                                        ? Stream.of(new Send(to, old(deliver, tools)))
                                        : Stream.of(effect));
    }

    private boolean isSecond(Message.Deliver deliver) {
        delivered.add(deliver);
        return delivered.size() > 1;
    }

    private Message old(Message.Deliver deliver, CheatTools tools) {
        Message.Stamped stamped = delivered.getFirst().stamped();
        tools.said().cheated("delivers with the stamp of the earlier exchange");
        Statements.Delivered statement =
                new Statements.Delivered(
                        deliver.xid(),
                        tools.crypto().sealId(deliver.header()),
                        tools.crypto().hash(stamped.stamp()));
        return Altered.of(
                Altered.of(deliver, "stamped", stamped),
                "signature",
                tools.crypto().sign(statement));
    }
}
