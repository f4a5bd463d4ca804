package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.requester.RequesterInput;
import java.util.Optional;

/// What is said, for traces.
final class Labels {
    private Labels() {}

    static String of(Object what) {
        return switch (what) {
            case StreamMessage message -> message(message);
            case HostSide.Event.Do(NodeInput.Heard(var message)) -> message(message);
            case RequesterSide.Event.Do(RequesterInput.Heard(var message)) -> message(message);
            case Object other -> String.valueOf(other);
        };
    }

    private static String message(StreamMessage message) {
        return switch (message) {
            case StreamMessage.Session(var opening) ->
                    "Session " + opening.number() + pair(opening.pair());
            case StreamMessage.SignedHello(var hello, var _) ->
                    "Hello " + hello.number() + " from " + hello.base() + pair(hello.pair());
            case StreamMessage.Run run ->
                    "Run " + run.from() + " to " + run.upTo() + " of " + run.number();
            case StreamMessage.Result result -> "Result " + result.round() + " " + result.end();
            case StreamMessage.Update(int number, int round, Wei total, var _) ->
                    "Update " + round + " of " + number + ": " + total;
            case StreamMessage.Key key -> "Key " + key.round();
            case StreamMessage.Ended ended -> "Ended " + ended.highest() + pair(ended.pair());
            case StreamMessage.Refuse refuse -> "Refuse " + refuse.code();
            case StreamMessage.Attach _,
                    StreamMessage.At _,
                    StreamMessage.Provision _,
                    StreamMessage.Ready _,
                    StreamMessage.Program _,
                    StreamMessage.Sign _,
                    StreamMessage.Stop _ ->
                    message.getClass().getSimpleName();
        };
    }

    private static String pair(Optional<Pair> pair) {
        return pair.map(one -> ", with a pair of " + one.total()).orElse("");
    }
}
