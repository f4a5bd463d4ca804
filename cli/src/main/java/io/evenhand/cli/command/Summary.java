package io.evenhand.cli.command;

import java.util.Map;

/// What a person wants to know of one stored exchange, without any secret.
///
/// @param state name of its state
/// @param detail why it ended, if it says
/// @param subject what it is about and for how much, such as `"sort" for 0.01 eth`; empty if the
///   state no longer holds it
/// @param stake what of our money lies where, such as `0.01 eth is in the contract`
/// @param deposited whether it is in the contract, as far as is known here
/// @param listed what scripts get of it in `list` and `show`
/// @param shown what `show` adds; a value may be a map of its own
public record Summary(
        String state,
        String detail,
        String subject,
        String stake,
        boolean deposited,
        Map<String, Object> listed,
        Map<String, Object> shown) {}
