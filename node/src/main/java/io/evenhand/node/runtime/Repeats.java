package io.evenhand.node.runtime;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// How two peers find together again when one of them comes from an old backup (decisions 12, 16g):
/// after a start the last thing that was said is said again, and what was heard and answered once
/// is answered again, word by word.
///
/// Nothing new is signed here. A peer that says something else than it said before is not answered:
/// the exchange goes no further with it.
final class Repeats {
    private final Store store;

    Repeats(Store store) {
        this.store = store;
    }

    /// Most times that one answer is given in one exchange. Honest peers ask again after a crash.
    private static final int MAX_SAME = 1000;

    /// Whether this was said often enough.
    boolean enough(SessionKey key, Octets effect) {
        return store.effects().count(key, effect) >= MAX_SAME;
    }

    /// Asks once more for what was said last, if nothing waits to be said; to be run after it is
    /// stored.
    List<EffectTable.Stored> lastWord(SessionKey key) {
        boolean speaks =
                store.effects().waiting(key).stream()
                        .anyMatch(waiting -> effect(waiting) instanceof Effect.Send);
        return speaks ? List.of() : again(key, List.of(Effect.Send.class::isInstance));
    }

    /// The recorded answer to a message that was heard before, to be run after it is stored.
    List<EffectTable.Stored> answer(SessionKey key, PartyId from, Message message, Octets bytes) {
        Optional<Octets> heard = store.facts().find(key, Facts.received(message));
        if (heard.filter(bytes::equals).isEmpty()) {
            return List.of();
        }
        if (refused(key, from)) {
            return again(key, List.of(said(from, Message.Refuse.class)));
        }
        boolean over = store.sessions().find(key).filter(s -> s.ended()).isPresent();
        return switch (message) {
            case Message.AskStampKey _ ->
                    again(key, List.of(said(from, Message.StampKeyMade.class)));
            case Message.Offer _ -> again(key, List.of(said(from, Message.Accept.class)));
            case Message.Provision _ -> again(key, List.of(said(from, Message.Ready.class)));
            // A customer that is through starts nothing more.
            case Message.Accept _ when over -> List.of();
            case Message.Accept _ ->
                    again(key, List.of(said(from, Message.Start.class), Repeats::isInput));
            case Message.Start _ -> again(key, List.of(said(from, Message.Deliver.class)));
            case Message.Try attempt -> again(key, List.of(verdict(from, attempt.attempt())));
            case Message.Deliver _ -> again(key, List.of(said(from, Message.Funded.class)));
            case Message.StampKeyMade _,
                    Message.Ready _,
                    Message.Verdict _,
                    Message.Ack _,
                    Message.Funded _,
                    Message.Refuse _ ->
                    List.of();
        };
    }

    /// Whether the last thing this peer was told is no.
    private boolean refused(SessionKey key, PartyId peer) {
        return store.effects().all(key).stream()
                .map(Repeats::effect)
                .filter(said(peer, Message.class))
                .findFirst()
                .filter(said(peer, Message.Refuse.class))
                .isPresent();
    }

    /// T4: the input belongs to the start.
    private static boolean isInput(Effect effect) {
        return effect instanceof Effect.Run(Job.SendInput _);
    }

    private static Predicate<Effect> said(PartyId to, Class<? extends Message> kind) {
        return effect ->
                effect instanceof Effect.Send(PartyId peer, Message message)
                        && peer.equals(to)
                        && kind.isInstance(message);
    }

    private static Predicate<Effect> verdict(PartyId to, int attempt) {
        return effect ->
                effect instanceof Effect.Send(PartyId peer, Message.Verdict verdict)
                        && peer.equals(to)
                        && verdict.attempt() == attempt;
    }

    /// The newest effect of each kind, stored once more.
    private List<EffectTable.Stored> again(SessionKey key, List<Predicate<Effect>> kinds) {
        List<EffectTable.Stored> all = store.effects().all(key);
        List<EffectTable.Stored> again = new ArrayList<>();
        for (Predicate<Effect> kind : kinds) {
            all.stream()
                    .filter(stored -> kind.test(effect(stored)))
                    .findFirst()
                    .filter(stored -> !enough(key, stored.effect()))
                    .ifPresent(stored -> again.add(store.effects().add(key, stored.effect())));
        }
        return again;
    }

    private static Effect effect(EffectTable.Stored stored) {
        return Sessions.EFFECTS.decode(stored.effect());
    }
}
