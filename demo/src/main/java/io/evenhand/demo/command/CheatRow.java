package io.evenhand.demo.command;

import java.util.List;

/// A cheat in words, as `--list-cheats` shows it.
///
/// @param title as users write it after `--cheat`
/// @param cheater who breaks the rules
/// @param about one clause: what is tried
/// @param stoppedBy the rule that stops it
/// @param ends how the exchange may end
public record CheatRow(
        String title, String cheater, String about, String stoppedBy, List<String> ends) {
    public CheatRow {
        ends = List.copyOf(ends);
    }
}
