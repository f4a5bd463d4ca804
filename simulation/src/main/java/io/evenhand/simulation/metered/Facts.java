package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What has happened and no crash undoes: who was given what, and who said what.
///
/// @param made rounds that an honest node executed
/// @param keys those that an honest node said
/// @param gave rounds that the user of an honest requester has
/// @param signed updates that an honest requester let go
/// @param settled price of the rounds that it paid without a key, in wei
/// @param wrongs what no honest party does, each by the rule that it breaks
record Facts(
        Set<Out.Made> made,
        Set<Bytes32> keys,
        Set<Hello> hellos,
        Set<Out.Gave> gave,
        Set<Out.Signed> signed,
        long settled,
        Set<String> wrongs) {
    static final Facts NONE =
            new Facts(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), 0, Set.of());

    Facts {
        made = Set.copyOf(made);
        keys = Set.copyOf(keys);
        hellos = Set.copyOf(hellos);
        gave = Set.copyOf(gave);
        signed = Set.copyOf(signed);
        wrongs = Set.copyOf(wrongs);
    }

    Facts after(List<Out> outs) {
        Facts all = this;
        for (Out out : outs) {
            all = all.after(out);
        }
        return all;
    }

    private Facts after(Out out) {
        return switch (out) {
            case Out.Say(StreamMessage message) -> key(message).map(this::said).orElse(this);
            case Out.Made one ->
                    new Facts(with(made, one), keys, hellos, gave, signed, settled, wrongs);
            case Out.Gave one ->
                    new Facts(
                            made,
                            keys,
                            hellos,
                            with(gave, one),
                            signed,
                            settled,
                            one.right()
                                    ? wrongs
                                    : with(
                                            wrongs,
                                            "A-I6: a result that the program does not give"));
            case Out.Signed one -> signed(one);
            case Out.Greeted(Hello hello) -> greeted(hello);
            case Out.AfterClosing _ -> wrong("A-I9: a key or a result while it closes");
            case Out.OpenedAgain _ -> wrong("F11: a channel is opened again");
            case Out.Settled(var wei) ->
                    new Facts(
                            made,
                            keys,
                            hellos,
                            gave,
                            signed,
                            settled + wei.value().longValue(),
                            wrongs);
            case Out.Submit _, Out.Reconnects _ -> this;
        };
    }

    private Facts signed(Out.Signed one) {
        boolean other =
                signed.stream()
                        .anyMatch(before ->
                                before.session() == one.session()
                                        && before.round() == one.round()
                                        && !before.equals(one));
        Facts all = new Facts(made, keys, hellos, gave, with(signed, one), settled, wrongs);
        if (!one.flushed()) {
            return all.wrong("A-I1: an update left before the disk held what it pays for");
        }
        if (!one.evidence()) {
            return all.wrong("G6: an update pays for a statement without its signature");
        }
        return other ? all.wrong("A-I7: one round was paid under two locks") : all;
    }

    /// The key in what a node says.
    private static Optional<Bytes32> key(StreamMessage message) {
        return switch (message) {
            case StreamMessage.Key key -> Optional.of(key.k());
            case StreamMessage.SignedHello(Hello hello, var _) -> hello.pair().map(Pair::k);
            case StreamMessage.Ended ended -> ended.pair().map(Pair::k);
            case StreamMessage.Attach _,
                    StreamMessage.At _,
                    StreamMessage.Session _,
                    StreamMessage.Provision _,
                    StreamMessage.Ready _,
                    StreamMessage.Program _,
                    StreamMessage.Run _,
                    StreamMessage.Result _,
                    StreamMessage.Update _,
                    StreamMessage.Sign _,
                    StreamMessage.Stop _,
                    StreamMessage.Refuse _ ->
                    Optional.empty();
        };
    }

    private Facts said(Bytes32 k) {
        return keys.contains(k)
                ? this
                : new Facts(made, with(keys, k), hellos, gave, signed, settled, wrongs);
    }

    private Facts greeted(Hello hello) {
        boolean twice =
                hellos.stream()
                        .anyMatch(one -> one.number() == hello.number() && !one.equals(hello));
        Facts all = new Facts(made, keys, with(hellos, hello), gave, signed, settled, wrongs);
        return twice ? all.wrong("G5: two hellos for one number") : all;
    }

    Facts wrong(String what) {
        return new Facts(made, keys, hellos, gave, signed, settled, with(wrongs, what));
    }

    private static <T> Set<T> with(Set<T> set, T one) {
        if (set.contains(one)) {
            return set;
        }
        Set<T> all = new HashSet<>(set);
        all.add(one);
        return all;
    }
}
