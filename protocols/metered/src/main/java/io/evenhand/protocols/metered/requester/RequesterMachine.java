package io.evenhand.protocols.metered.requester;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.requester.RequesterState.Asked;
import io.evenhand.protocols.metered.requester.RequesterState.Checking;
import io.evenhand.protocols.metered.requester.RequesterState.Greeting;
import io.evenhand.protocols.metered.requester.RequesterState.Opened;
import io.evenhand.protocols.metered.requester.RequesterState.Over;
import io.evenhand.protocols.metered.requester.RequesterState.Paid;
import io.evenhand.protocols.metered.requester.RequesterState.Provided;
import io.evenhand.protocols.metered.requester.RequesterState.Received;
import io.evenhand.protocols.metered.requester.RequesterState.Running;
import io.evenhand.protocols.metered.requester.RequesterState.Session;
import io.evenhand.protocols.metered.requester.RequesterState.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A requester's side of one session (spec-metered F2, G4, G5, G7, F9). Rounds are {@link
/// RoundsMachine}'s.
public final class RequesterMachine
        implements Machine<RequesterState, RequesterInput, RequesterEffect> {
    private final MeteredCrypto crypto;
    private final RoundsMachine rounds;

    public RequesterMachine(MeteredCrypto crypto) {
        this.crypto = crypto;
        this.rounds = new RoundsMachine(crypto);
    }

    /// A session to be asked for; {@link RequesterEffect.KeepOpening} is to be done first.
    public Step<RequesterState, RequesterEffect> open(Setting setting, Opening opening) {
        return Step.moved(
                new Greeting(setting, opening, false), new RequesterEffect.KeepOpening(opening));
    }

    @Override
    public Step<RequesterState, RequesterEffect> step(RequesterState state, RequesterInput input) {
        return switch (input) {
            case RequesterInput.Deposit(Wei wei) -> deposit(state, wei);
            case RequesterInput.Reconnected _ -> again(state);
            case RequesterInput.Silence _ ->
                    state instanceof Over
                            ? Step.moved(state)
                            : end(state, Optional.of(Rule.PEER_REFUSED.because("silence")));
            case RequesterInput.Closed(Bytes32 k) -> closed(state, k);
            case RequesterInput.Heard(StreamMessage.Refuse(String code, String text)) ->
                    state instanceof Over
                            ? Step.moved(state)
                            : end(
                                    state,
                                    Optional.of(
                                            Rule.PEER_REFUSED.because(
                                                    "the node refuses: " + code + ": " + text)));
            case RequesterInput.Heard(StreamMessage.Ended ended) -> ended(state, ended);
            case RequesterInput.OpeningKept _,
                    RequesterInput.EvidenceHolds _,
                    RequesterInput.EvidenceFails _,
                    RequesterInput.ProvisionKept _,
                    RequesterInput.RoundsKept _,
                    RequesterInput.Want _,
                    RequesterInput.Stop _,
                    RequesterInput.Heard _ ->
                    inside(state, input);
        };
    }

    private Step<RequesterState, RequesterEffect> inside(
            RequesterState state, RequesterInput input) {
        return switch (state) {
            case Greeting now -> greeting(now, input);
            case Checking now -> checking(now, input);
            case Provided now -> provided(now, input);
            case Running now -> rounds.step(now, input);
            case Over now -> Step.ignored(now, Rule.UNEXPECTED.because("the session is over"));
        };
    }

    private Step<RequesterState, RequesterEffect> greeting(Greeting now, RequesterInput input) {
        if (input instanceof RequesterInput.OpeningKept && !now.said()) {
            return Step.moved(
                    new Greeting(now.setting(), now.opening(), true),
                    new RequesterEffect.Say(new StreamMessage.Session(now.opening())));
        }
        if (input instanceof RequesterInput.Heard(StreamMessage.SignedHello hello) && now.said()) {
            return hello(now, hello);
        }
        return unexpected(now, input);
    }

    private Step<RequesterState, RequesterEffect> hello(
            Greeting now, StreamMessage.SignedHello signed) {
        Hello hello = signed.hello();
        Setting setting = now.setting();
        if (!hello.xid().equals(setting.xid())
                || hello.number() != now.opening().number()
                || !hello.opening().equals(crypto.verification().hash(now.opening()))) {
            return end(now, Optional.of(Rule.SESSION.because("a hello for another session")));
        }
        if (!crypto.verification().verify(setting.terms().node(), hello, signed.signature())) {
            return end(now, Optional.of(Rule.SIGNATURE.because("the hello is not the node's")));
        }
        Optional<Fault> bad = base(now, hello);
        if (bad.isPresent()) {
            return end(now, bad);
        }
        Wei own = now.opening().pair().map(Pair::total).orElse(Wei.ZERO);
        return hello.pair().isPresent() && hello.pair().get().total().compareTo(own) > 0
                ? theirs(now, signed, hello.pair().get())
                : Step.moved(
                        new Checking(setting, now.opening(), signed, false),
                        new RequesterEffect.CheckEvidence(now.opening(), signed));
    }

    /// G7: a base that the node shows counts only if its key opens all that it pays for. A lock of
    /// this side's own that it does not know any more means that a backup was put back.
    private Step<RequesterState, RequesterEffect> theirs(
            Greeting now, StreamMessage.SignedHello signed, Pair pair) {
        Setting setting = now.setting();
        Optional<Running> before = withLock(setting, pair.lock());
        RequesterEffect check = new RequesterEffect.CheckEvidence(now.opening(), signed);
        if (before.isEmpty()) {
            return Step.moved(new Checking(setting, now.opening(), signed, true), check);
        }
        Step<RequesterState, RequesterEffect> opened = rounds.closed(before.get(), pair.k());
        if (!(opened.state() instanceof Running last)) {
            return end(
                    now,
                    Optional.of(
                            Rule.BASE_CLOSED.because("the node's key does not open its rounds")));
        }
        List<RequesterEffect> effects = new ArrayList<>(given(opened));
        effects.add(check);
        return Step.moved(
                new Checking(setting.opened(last.opened()), now.opening(), signed, false), effects);
    }

    /// The session before that holds a round of this lock.
    private static Optional<Running> withLock(Setting setting, Bytes32 lock) {
        return setting.before().stream()
                .filter(last ->
                        last.received().held().stream()
                                .anyMatch(one -> one.statement().lock().equals(lock)))
                .findFirst();
    }

    /// F2, G7: the base is the higher of both sides' newest totals, and each can show its own.
    private Optional<Fault> base(Greeting now, Hello hello) {
        Setting setting = now.setting();
        Wei own = now.opening().pair().map(Pair::total).orElse(Wei.ZERO);
        Wei theirs = hello.pair().map(Pair::total).orElse(Wei.ZERO);
        Wei higher = own.compareTo(theirs) >= 0 ? own : theirs;
        if (!hello.base().equals(higher)) {
            return Optional.of(
                    Rule.BASE.because("the node counts from " + hello.base() + ", not " + higher));
        }
        if (theirs.compareTo(own) <= 0) {
            return Optional.empty();
        }
        Pair pair = hello.pair().orElseThrow();
        if (!crypto.rounds().lockOf(pair.k()).equals(pair.lock())
                || !crypto.signedUpdate(
                        setting.terms(),
                        setting.name(),
                        pair.total(),
                        pair.lock(),
                        pair.signature())) {
            return Optional.of(Rule.PAIR.because("the node's update is not this side's"));
        }
        return Optional.empty();
    }

    private Step<RequesterState, RequesterEffect> checking(Checking now, RequesterInput input) {
        if (input instanceof RequesterInput.EvidenceFails(Fault why)) {
            return end(now, Optional.of(why));
        }
        if (input instanceof RequesterInput.EvidenceHolds holds) {
            return Step.moved(
                    new Provided(
                            now.setting(),
                            now.opening(),
                            now.hello(),
                            holds.header(),
                            holds.psk(),
                            holds.bytes(),
                            now.restored(),
                            false),
                    new RequesterEffect.KeepProvision(
                            now.hello(), holds.header(), holds.psk(), holds.bytes()));
        }
        return unexpected(now, input);
    }

    private Step<RequesterState, RequesterEffect> provided(Provided now, RequesterInput input) {
        if (input instanceof RequesterInput.ProvisionKept && !now.said()) {
            return Step.moved(
                    new Provided(
                            now.setting(),
                            now.opening(),
                            now.hello(),
                            now.header(),
                            now.psk(),
                            now.bytes(),
                            now.restored(),
                            true),
                    new RequesterEffect.Say(now.bytes()));
        }
        if (input instanceof RequesterInput.Heard(StreamMessage.Ready(int number, boolean program))
                && now.said()
                && number == now.opening().number()) {
            return program
                    ? Step.moved(now, new RequesterEffect.SendProgram(number, now.psk()))
                    : Step.moved(running(now));
        }
        return unexpected(now, input);
    }

    private Running running(Provided now) {
        Hello hello = now.hello().hello();
        Bytes32 header = crypto.verification().hash(now.header());
        Setting setting = now.setting();
        return new Running(
                setting,
                new Session(
                        now.opening(),
                        hello.base(),
                        now.psk(),
                        hello.sigKey(),
                        header,
                        now.restored()),
                new Received(0, header, Bytes32.ZERO, hello.base(), List.of(), End.MORE),
                new Paid(0, Optional.empty(), List.of()),
                new Opened(0, setting.state(), setting.newest()),
                Asked.NOTHING);
    }

    /// Everything that waits for an answer is said again, in the same bytes.
    private Step<RequesterState, RequesterEffect> again(RequesterState state) {
        return switch (state) {
            case Greeting now when now.said() ->
                    Step.moved(
                            state,
                            new RequesterEffect.Say(new StreamMessage.Session(now.opening())));
            case Provided now when now.said() ->
                    Step.moved(state, new RequesterEffect.Say(now.bytes()));
            case Running now -> rounds.again(now);
            case Greeting _, Checking _, Provided _, Over _ -> Step.moved(state);
        };
    }

    private Step<RequesterState, RequesterEffect> deposit(RequesterState state, Wei wei) {
        return switch (state) {
            case Greeting now ->
                    Step.moved(new Greeting(now.setting().deposit(wei), now.opening(), now.said()));
            case Checking now ->
                    Step.moved(
                            new Checking(
                                    now.setting().deposit(wei),
                                    now.opening(),
                                    now.hello(),
                                    now.restored()));
            case Provided now ->
                    Step.moved(
                            new Provided(
                                    now.setting().deposit(wei),
                                    now.opening(),
                                    now.hello(),
                                    now.header(),
                                    now.psk(),
                                    now.bytes(),
                                    now.restored(),
                                    now.said()));
            case Running now -> rounds.deposit(now, wei);
            case Over _ -> Step.moved(state);
        };
    }

    /// A close publishes a key: it opens what it pays for, also of sessions that are over (A6,
    /// A-I1).
    private Step<RequesterState, RequesterEffect> closed(RequesterState state, Bytes32 k) {
        return endedBy(state, Optional.of(k), Rule.CLOSING.because("the channel is closed"));
    }

    /// The node's session is over; what it shows may open more.
    private Step<RequesterState, RequesterEffect> ended(
            RequesterState state, StreamMessage.Ended ended) {
        return endedBy(
                state,
                ended.pair().map(Pair::k),
                Rule.SESSION.because(
                        "the node has ended session "
                                + ended.highest()
                                + " and says that "
                                + ended.owed()
                                + " are owed"));
    }

    private Step<RequesterState, RequesterEffect> endedBy(
            RequesterState state, Optional<Bytes32> k, Fault why) {
        Step<RequesterState, RequesterEffect> opened =
                k.map(key -> opens(state, key)).orElse(Step.moved(state));
        boolean content = opened.state() instanceof Running now && RoundsMachine.content(now);
        return opened.state() instanceof Over
                ? opened
                : opened.then(end(opened.state(), content ? Optional.empty() : Optional.of(why)));
    }

    /// Opens what a key opens, be it of this session or of one before.
    private Step<RequesterState, RequesterEffect> opens(RequesterState state, Bytes32 k) {
        Setting setting = state.setting();
        Optional<Running> before = withLock(setting, crypto.rounds().lockOf(k));
        if (before.isEmpty()) {
            return switch (state) {
                case Running now -> rounds.closed(now, k);
                case Over over when over.last().isPresent() ->
                        over(over, rounds.closed(over.last().get(), k));
                case Greeting _, Checking _, Provided _, Over _ -> Step.moved(state);
            };
        }
        Step<RequesterState, RequesterEffect> opened = rounds.closed(before.get(), k);
        Setting next =
                opened.state() instanceof Running last ? setting.opened(last.opened()) : setting;
        RequesterState after =
                switch (state) {
                    // They began elsewhere, and have a state of their own.
                    case Running _, Checking _, Provided _ -> state;
                    case Greeting now -> new Greeting(next, now.opening(), now.said());
                    case Over over ->
                            over.last().isPresent()
                                    ? over
                                    : new Over(next, over.last(), over.why());
                };
        return Step.moved(after, given(opened));
    }

    private static Step<RequesterState, RequesterEffect> over(
            Over over, Step<RequesterState, RequesterEffect> opened) {
        Optional<Running> last =
                switch (opened.state()) {
                    case Running now -> Optional.of(now);
                    case Over bad -> bad.last();
                    case Greeting _, Checking _, Provided _ -> over.last();
                };
        return Step.moved(new Over(over.setting(), last, over.why()), given(opened));
    }

    /// What was opened is the user's.
    private static List<RequesterEffect> given(Step<RequesterState, RequesterEffect> step) {
        return step instanceof Step.Moved<RequesterState, RequesterEffect> moved
                ? moved.effects().stream().filter(RequesterEffect.Give.class::isInstance).toList()
                : List.of();
    }

    static Step<RequesterState, RequesterEffect> over(Running last, Optional<Fault> why) {
        return Step.moved(
                new Over(last.setting(), Optional.of(last), why), new RequesterEffect.End(why));
    }

    private static Step<RequesterState, RequesterEffect> end(
            RequesterState state, Optional<Fault> why) {
        return state instanceof Running last
                ? over(last, why)
                : Step.moved(
                        new Over(state.setting(), Optional.empty(), why),
                        new RequesterEffect.End(why));
    }

    private static Step<RequesterState, RequesterEffect> unexpected(
            RequesterState state, RequesterInput input) {
        return Step.ignored(
                state, Rule.UNEXPECTED.because(input.getClass().getSimpleName() + " now"));
    }
}
