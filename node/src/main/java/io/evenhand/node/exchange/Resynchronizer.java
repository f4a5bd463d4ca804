package io.evenhand.node.exchange;

import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.EffectTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// How two peers resynchronize when one of them was restored from an old backup (decisions 12,
/// 16g): after a start the last message is sent again, and a message that was answered before gets
/// the same answer again, verbatim.
///
/// Nothing new is signed here. A peer that says something else than it said before gets no answer,
/// and the exchange does not go on.
final class Resynchronizer<I, M, E> {
    /// Most times that one answer is given in one exchange. Honest peers ask again after a crash.
    private static final int MAX_SAME = 1000;

    private final RoleBinding<?, I, M, E> role;
    private final MessageFormat<M> format;
    private final StateCodec<E> codec;
    private final Store store;

    Resynchronizer(RoleBinding<?, I, M, E> role, StateCodec<E> codec, Store store) {
        this.role = role;
        this.format = role.messages();
        this.codec = codec;
        this.store = store;
    }

    /// Whether this was said often enough.
    boolean enough(SessionKey key, Octets effect) {
        return store.effects().count(key, effect) >= MAX_SAME;
    }

    /// Asks once more for what was said last, if nothing waits to be said and nothing was said
    /// since an effect; to be run after it is stored.
    List<EffectTable.Stored> lastWord(SessionKey key, long since) {
        boolean speaks =
                store.effects().waiting(key).stream().anyMatch(waiting -> said(waiting).isPresent())
                        || newest(key, effect -> said(key, effect).isPresent())
                                .filter(last -> last.id() > since)
                                .isPresent();
        return speaks ? List.of() : again(key, List.of(effect -> said(key, effect).isPresent()));
    }

    /// The recorded answer to a message that was heard before, to be run after it is stored.
    List<EffectTable.Stored> answer(SessionKey key, PartyId from, M message) {
        Optional<Octets> heard = store.documents().find(key, Documents.received(format, message));
        if (heard.filter(Documents.bytes(format, message)::equals).isEmpty()) {
            return List.of();
        }
        Optional<M> last = newest(key, from, _ -> true);
        if (last.filter(this::refuses).isPresent()) {
            return again(key, List.of(effect -> said(key, effect, from).equals(last)));
        }
        MessageFormat.Traits<M> traits = format.traits(message);
        boolean over = store.sessions().find(key).filter(s -> s.ended()).isPresent();
        if (over && !traits.answeredWhenOver()) {
            return List.of();
        }
        List<EffectTable.Stored> again = new ArrayList<>();
        for (Class<? extends M> kind : traits.answers()) {
            again.addAll(answers(key, from, kind, traits.slot()));
        }
        return again;
    }

    private List<EffectTable.Stored> answers(
            SessionKey key, PartyId to, Class<? extends M> kind, int slot) {
        Optional<M> answer =
                newest(key, to, m -> kind.isInstance(m) && format.traits(m).slot() == slot);
        return answer.map(m ->
                        again(
                                key,
                                List.of(
                                        effect -> said(key, effect, to).equals(answer),
                                        effect -> role.goesWith(m, effect))))
                .orElse(List.of());
    }

    /// The last thing of a kind that this peer was told.
    private Optional<M> newest(SessionKey key, PartyId peer, Predicate<M> kind) {
        return newest(key, effect -> said(key, effect, peer).filter(kind).isPresent())
                .flatMap(stored -> said(key, effect(stored), peer));
    }

    private boolean refuses(M message) {
        return format.traits(message).refuses().isPresent();
    }

    private Optional<M> said(EffectTable.Stored stored) {
        return said(stored.key(), effect(stored));
    }

    private Optional<M> said(SessionKey key, E effect) {
        return role.action(key, effect) instanceof Action.Say<I, M>(PartyId _, M message)
                ? Optional.of(message)
                : Optional.empty();
    }

    private Optional<M> said(SessionKey key, E effect, PartyId to) {
        return role.action(key, effect) instanceof Action.Say<I, M>(PartyId peer, M message)
                        && peer.equals(to)
                ? Optional.of(message)
                : Optional.empty();
    }

    /// The newest effect of each kind, stored once more.
    private List<EffectTable.Stored> again(SessionKey key, List<Predicate<E>> kinds) {
        List<EffectTable.Stored> again = new ArrayList<>();
        for (Predicate<E> kind : kinds) {
            newest(key, kind)
                    .filter(stored -> !enough(key, stored.effect()))
                    .ifPresent(stored -> again.add(store.effects().add(key, stored.effect())));
        }
        return again;
    }

    private Optional<EffectTable.Stored> newest(SessionKey key, Predicate<E> kind) {
        return store.effects().newest(key, bytes -> kind.test(codec.decode(bytes)));
    }

    private E effect(EffectTable.Stored stored) {
        return codec.decode(stored.effect());
    }
}
