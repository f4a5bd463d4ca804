package io.evenhand.demo.delegation.cheat;

import io.evenhand.demo.command.CheatRow;
import io.evenhand.node.store.Role;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/// A cheat in words, with what the judge has to know of it.
///
/// @param title as users write it: `customer-vanishes`
/// @param cheaters who breaks the rules; the others are honest, and must not be worse off
/// @param about one clause: what is tried
/// @param stoppedBy the rule that stops it, with its number; if only a stated assumption does, it
///   says so ("provided that ...")
/// @param ends how the exchange may end
public record CheatDescription(
        String title, Set<Cheater> cheaters, String about, String stoppedBy, Set<Outcome> ends) {
    public CheatDescription {
        cheaters = Set.copyOf(cheaters);
        ends = Set.copyOf(ends);
        if (!title.matches("[a-z0-9-]{1,40}") || cheaters.isEmpty() || ends.isEmpty()) {
            throw new IllegalArgumentException(
                    "a description without title, cheater or end: " + title);
        }
    }

    /// The usual one: one cheater and one end.
    public CheatDescription(
            String title, Cheater cheater, String about, String stoppedBy, Outcome end) {
        this(title, Set.of(cheater), about, stoppedBy, Set.of(end));
    }

    /// As `--list-cheats` shows it.
    public CheatRow row() {
        return new CheatRow(
                title,
                cheater(),
                about,
                stoppedBy,
                ends.stream().map(Outcome::text).sorted().toList());
    }

    public boolean honest(Role role) {
        return cheaters.stream().noneMatch(cheater -> cheater.is(role));
    }

    /// "customer", "customer and node".
    public String cheater() {
        return EnumSet.copyOf(cheaters).stream()
                .map(Cheater::text)
                .collect(Collectors.joining(" and "));
    }
}
