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
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The provider has its stamp and delivers something else under it, well signed (16d).
///
/// @param fault by which rule the customer turns it away
/// @param lie makes the false delivery
public record FalseDelivery(CheatDescription description, Rule fault, Lie lie, String said)
        implements Cheat {
    private static final Bytes32 OTHER = new Bytes32(1, 2, 3, 4);

    private static final String CHECKED =
            "the customer checks every field of header and stamp before it fetches or pays (16d): ";

    private static final String NAMES =
            CHECKED
                    + "the stamp names one sealId, which commits to every byte of the ciphertext (D7)";

    /// Makes a false delivery of an honest one.
    @FunctionalInterface
    public interface Lie {
        Message.Deliver of(
                Message.Deliver deliver, ProviderState.Delivering state, CheatTools tools);
    }

    private static FalseDelivery of(
            String title, String about, String stoppedBy, Rule fault, Lie lie, String said) {
        CheatDescription description =
                new CheatDescription(title, Cheater.PROVIDER, about, stoppedBy, Outcome.ABORTED);
        return new FalseDelivery(description, fault, lie, said);
    }

    private static Message.Deliver header(Message.Deliver deliver, String field, Object value) {
        return Altered.of(deliver, "header", Altered.of(deliver.header(), field, value));
    }

    private static Message.Deliver stamp(Message.Deliver deliver, String field, Object value) {
        Stamped real = deliver.stamped();
        return Altered.of(
                deliver,
                "stamped",
                new Stamped(Altered.of(real.stamp(), field, value), real.signature()));
    }

    /// D7.
    public static FalseDelivery junk() {
        return of(
                "junk-ciphertext",
                "the provider delivers other ciphertext than the one that was stamped",
                NAMES,
                Rule.DELIVERY_STAMP,
                (deliver, _, _) -> header(deliver, "root", OTHER),
                "delivers other ciphertext under the stamp of its work");
    }

    /// 16d: lengths and counts.
    public static FalseDelivery absurdHeader() {
        return of(
                "oversized-header",
                "the provider's header promises 2^31-1 chunks and an exabyte, to make the customer"
                        + " allocate or wait without end",
                NAMES + ", and lengths and counts must fit each other and maxWorkBytes",
                Rule.DELIVERY_STAMP,
                (deliver, _, _) ->
                        header(
                                header(deliver, "chunks", Integer.MAX_VALUE),
                                "paddedLength",
                                Long.MAX_VALUE),
                "delivers a header with 2147483647 chunks and 9223372036854775807 bytes");
    }

    /// D3: only the stamper's key of this exchange counts.
    public static FalseDelivery ownStamp() {
        return of(
                "stamp-by-own-key",
                "the provider stamps junk itself, with a key of its own",
                CHECKED + "the stamp must verify under the stamp key that the stamper made (D3)",
                Rule.DELIVERY_STAMP_KEY,
                (deliver, state, tools) -> {
                    Message.Deliver junk = header(deliver, "root", OTHER);
                    KeyId own = state.engaged().agreement().fresh().workKey();
                    var stamp =
                            Altered.of(
                                    junk.stamped().stamp(),
                                    "sealId",
                                    tools.crypto().sealId(junk.header()));
                    return Altered.of(
                            junk, "stamped", new Stamped(stamp, tools.crypto().sign(own, stamp)));
                },
                "delivers junk with a stamp under its own key");
    }

    /// D7: a real signature over other fields.
    public static FalseDelivery otherFields() {
        return of(
                "stamp-with-other-fields",
                "the provider writes junk's sealId into the stamp it got and keeps the signature",
                CHECKED + "the signature covers every field of the stamp (D7)",
                Rule.DELIVERY_STAMP_KEY,
                (deliver, _, tools) -> {
                    Message.Deliver junk = header(deliver, "root", OTHER);
                    return stamp(junk, "sealId", tools.crypto().sealId(junk.header()));
                },
                "writes another sealId into its stamp");
    }

    /// 16c: a stamp is for one attempt and one time.
    public static FalseDelivery laterStamp() {
        return of(
                "stamp-made-to-last",
                "the provider extends its stamp's time limit, to deliver after tFund",
                CHECKED + "notAfter is tFund of the Terms (16c)",
                Rule.DELIVERY_STAMP,
                (deliver, _, _) ->
                        stamp(deliver, "notAfter", deliver.stamped().stamp().notAfter() + 86_400),
                "delivers with a stamp that says it is good for a day longer");
    }

    /// S4: the label is rebuilt from the customer's own Terms.
    public static FalseDelivery otherLabel() {
        return of(
                "seal-for-another-key",
                "the provider's header says that another key opens the seal than the one it will"
                        + " reveal",
                "the customer rebuilds the label from its own Terms (S4, 16d), and the stamp names the"
                        + " lock that will be funded (D7)",
                Rule.DELIVERY_LABEL,
                (deliver, _, _) ->
                        header(
                                deliver,
                                "label",
                                Altered.of(deliver.header().label(), "opener", OTHER)),
                "delivers a header whose label names another key");
    }

    /// The honest delivery, but in the name of another exchange.
    public static FalseDelivery otherExchange() {
        UnaryOperator<Message.Deliver> other =
                deliver -> Altered.of(deliver, "xid", new io.evenhand.kit.value.Xid(OTHER));
        return of(
                "delivery-for-another-exchange",
                "the provider delivers in the name of another exchange",
                "the customer compares the xid of a delivery with its own (16d)",
                Rule.DELIVERY_EXCHANGE,
                (deliver, _, _) -> other.apply(deliver),
                "delivers under another xid");
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.ignored(event, "customer", fault);
    }

    /// The customer waits for the right delivery until tWork.
    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitStoppedAndPassBeyond("tWork");
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            var step = honest.step(state, input);
            return Effects.each(
                    step,
                    effect ->
                            effect instanceof Send(var to, Message.Deliver deliver)
                                            && step.state() instanceof ProviderState.Delivering s
                                    ? Stream.of(new Send(to, signed(deliver, s, tools)))
                                    : Stream.of(effect));
        };
    }

    private Message.Deliver signed(
            Message.Deliver deliver, ProviderState.Delivering state, CheatTools tools) {
        Message.Deliver lied = lie.of(deliver, state, tools);
        tools.said().cheated(said);
        Statements.Delivered statement =
                new Statements.Delivered(
                        lied.xid(),
                        tools.crypto().sealId(lied.header()),
                        tools.crypto().hash(lied.stamped().stamp()));
        return Altered.of(lied, "signature", tools.crypto().sign(statement));
    }
}
