package io.evenhand.cli.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.cheat.Cheat;
import io.evenhand.cli.cheat.Cheater;
import io.evenhand.cli.cheat.Effects;
import io.evenhand.cli.cheat.Outcome;
import io.evenhand.cli.cheat.Signs;
import io.evenhand.cli.cheat.Story;
import io.evenhand.cli.cheat.Wings;
import io.evenhand.cli.theatre.Theatre;
import io.evenhand.delegation.Effect;
import io.evenhand.delegation.Effect.Send;
import io.evenhand.delegation.Input;
import io.evenhand.delegation.message.Message;
import io.evenhand.delegation.message.Statements;
import io.evenhand.delegation.provider.ProviderState;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.store.Role;
import java.util.stream.Stream;

/// D7: a real stamp, and other ciphertext.
public final class JunkCiphertext implements Cheat {
    @Override
    public Story story() {
        return new Story(
                "junk-ciphertext",
                Cheater.PROVIDER,
                "the provider delivers other ciphertext than the one that was stamped",
                "the stamp names one sealId, which commits to every byte of the ciphertext (D7, D16);"
                        + " the customer never funds",
                Outcome.ABORTED);
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", "16d");
    }

    /// The customer waits for the right delivery until tWork; nobody needs to watch it for long.
    @Override
    public String prepare(Theatre theatre) {
        theatre.option(Role.CUSTOMER, "--deadline", "20s");
        return "";
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, Wings wings) {
        return (state, input) ->
                Effects.each(honest.step(state, input), effect -> Stream.of(junk(effect, wings)));
    }

    private static Effect junk(Effect effect, Wings wings) {
        if (effect
                instanceof
                Send(var to, Message.Deliver(var xid, SealHeader header, var stamped, var _))) {
            SealHeader other =
                    new SealHeader(
                            header.label(),
                            header.enc(),
                            header.commitment(),
                            header.chunkSize(),
                            header.chunks(),
                            header.paddedLength(),
                            new Bytes32(1, 2, 3, 4));
            Statements.Delivered statement =
                    new Statements.Delivered(
                            xid,
                            wings.crypto().sealId(other),
                            wings.crypto().hash(stamped.stamp()));
            wings.said().cheated("delivers other ciphertext under the stamp of its work");
            return new Send(
                    to, new Message.Deliver(xid, other, stamped, wings.crypto().sign(statement)));
        }
        return effect;
    }
}
