package io.evenhand.demo.delegation.cheat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Effects;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// D16: the header and the stamp are right, but the chunks are missing, or are others.
///
/// @param file which of the files the customer fetches is spoilt
/// @param change what becomes of it
public record SpoiltChunks(
        CheatDescription description, String file, UnaryOperator<byte[]> change, String said)
        implements Cheat {
    private static final String STOPPED =
            "the customer funds only a seal of which it holds every chunk, each checked against the"
                    + " root that the stamp names, and flushed (D16); at tFund it walks away";

    private static SpoiltChunks of(
            String title, String about, String file, UnaryOperator<byte[]> change, String said) {
        CheatDescription description =
                new CheatDescription(title, Cheater.PROVIDER, about, STOPPED, Outcome.ABORTED);
        return new SpoiltChunks(description, file, change, said);
    }

    public static SpoiltChunks missing() {
        return of(
                "missing-chunks",
                "the provider delivers the right header and serves half of the ciphertext",
                "sealed",
                bytes -> Arrays.copyOf(bytes, bytes.length / 2),
                "serves half of the ciphertext");
    }

    public static SpoiltChunks wrong() {
        return of(
                "wrong-chunk",
                "the provider delivers the right header and serves a chunk of other bytes",
                "sealed",
                bytes -> {
                    bytes[bytes.length / 2] ^= 1;
                    return bytes;
                },
                "serves a chunk in which one bit is wrong");
    }

    public static SpoiltChunks leaves() {
        return of(
                "wrong-leaf-list",
                "the provider serves a leaf list that fits its false chunks but not the header",
                "leaves",
                bytes -> {
                    bytes[0] ^= 1;
                    return bytes;
                },
                "serves another leaf list than the header's root is made of");
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.aborted(event, "customer", Rule.NOT_FETCHED);
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) ->
                Effects.each(
                        honest.step(state, input),
                        effect -> {
                            if (effect instanceof Send(var _, Message.Deliver _)) {
                                var _ = PoorWork.overwrite(tools, file, change);
                                tools.said().cheated(said);
                            }
                            return Stream.of(effect);
                        });
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.transcript().awaitCheated();
        JsonNode _ =
                net.parties()
                        .await(
                                DelegationRoles.CUSTOMER,
                                SpoiltChunks::triedToFetch,
                                "try to fetch");
        net.passBeyond("tFund");
    }

    private static boolean triedToFetch(JsonNode event) {
        return switch (event.path("event").asText()) {
            case "Retrying" -> event.path("what").asText().equals("FetchWork");
            case "JobEnded" -> event.path("job").asText().equals("FetchWork");
            default -> false;
        };
    }
}
