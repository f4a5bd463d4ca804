package io.evenhand.node.transport;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A fixed number of places. A newcomer always gets one; if that is one too many, the group that
/// holds most gives one up, and in it the part that holds most: an idle one if there is one, else
/// the oldest. So nobody who holds many pushes out one who holds few.
///
/// Pure and not safe for several threads.
final class Places<T> {
    private final int all;
    private final int each;
    private final Function<T, Object> group;
    private final Function<T, Object> part;
    private final Predicate<T> busy;

    /// Oldest first.
    private final Set<T> holders = new LinkedHashSet<>();

    /// @param all places
    /// @param each of them for one group at most
    /// @param busy whether its holder does something just now
    Places(
            int all,
            int each,
            Function<T, Object> group,
            Function<T, Object> part,
            Predicate<T> busy) {
        this.all = all;
        this.each = each;
        this.group = group;
        this.part = part;
        this.busy = busy;
    }

    /// Gives the newcomer a place; says who lost one for it.
    Optional<T> enter(T newcomer) {
        Map<Object, List<T>> groups = by(group, holders);
        List<T> own = groups.getOrDefault(group.apply(newcomer), List.of());
        Optional<T> loser = Optional.empty();
        if (own.size() >= each) {
            loser = loser(own);
        } else if (holders.size() >= all) {
            // What the newcomer would hold counts as well, or a tie would cost somebody else.
            List<T> most = largest(groups);
            loser = loser(own.size() + 1 > most.size() && !own.isEmpty() ? own : most);
        }
        loser.ifPresent(holders::remove);
        holders.add(newcomer);
        return loser;
    }

    void leave(T holder) {
        holders.remove(holder);
    }

    int taken() {
        return holders.size();
    }

    private Optional<T> loser(List<T> candidates) {
        return largest(by(part, candidates)).stream().min(Comparator.comparing(busy::test));
    }

    private static <T> Map<Object, List<T>> by(Function<T, Object> key, Collection<T> holders) {
        return holders.stream()
                .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    /// The first of the largest, which has the oldest holder.
    private static <T> List<T> largest(Map<Object, List<T>> groups) {
        return Collections.max(groups.values(), Comparator.comparingInt(List::size));
    }
}
