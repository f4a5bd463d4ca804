package io.evenhand.node.metered;

import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterMachine;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import io.evenhand.protocols.metered.requester.RequesterState.Running;
import java.util.List;
import java.util.Optional;

/// A requester's rounds as an earlier process left them in the journal.
final class Restored {
    private Restored() {}

    /// @param given rounds that the newest key opens
    /// @param left the rest: a key that the node or the chain shows may open it
    record Opened(List<RequesterEffect.Give> given, Running left) {
        Opened {
            given = List.copyOf(given);
        }
    }

    /// @param held rounds after `from`, which the stored state belongs to
    static Running running(
            RequesterState.Setting setting,
            JournalRequesterRecords.Papers papers,
            MeteredCrypto crypto,
            List<Held> held,
            int from,
            StreamMessage.Update update) {
        Hello hello = papers.hello().hello();
        Held last = held.getLast();
        Bytes32 header = crypto.verification().hash(papers.header());
        return new Running(
                setting,
                new RequesterState.Session(
                        papers.opening(),
                        hello.base(),
                        papers.psk(),
                        hello.sigKey(),
                        header,
                        false),
                new RequesterState.Received(
                        last.statement().round(),
                        crypto.verification().hash(last.statement()),
                        last.statement().outState(),
                        last.total(),
                        held,
                        End.MORE),
                new RequesterState.Paid(update.round(), Optional.empty(), List.of(update)),
                new RequesterState.Opened(from, setting.state(), setting.newest()),
                RequesterState.Asked.NOTHING);
    }

    static Opened open(Running running, Optional<Pair> newest, MeteredCrypto crypto) {
        if (newest.isEmpty()) {
            return new Opened(List.of(), running);
        }
        RequesterMachine machine = new RequesterMachine(crypto);
        Step<RequesterState, RequesterEffect> step =
                machine.step(running, new RequesterInput.Closed(newest.get().k()));
        List<RequesterEffect.Give> given =
                step instanceof Step.Moved<RequesterState, RequesterEffect> moved
                        ? moved.effects().stream()
                                .filter(RequesterEffect.Give.class::isInstance)
                                .map(RequesterEffect.Give.class::cast)
                                .toList()
                        : List.of();
        Running left =
                step.state() instanceof RequesterState.Over over && over.last().isPresent()
                        ? over.last().get()
                        : running;
        return new Opened(given, left);
    }
}
