package io.evenhand.demo.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The result of one run of the demo.
///
/// @param failure what is wrong with the run, if anything is
/// @param stopped what showed that the cheat was stopped
/// @param fields the summary for scripts
/// @param text the summary for people
public record DemoResult(
        String outcome,
        boolean fair,
        List<String> stopped,
        Optional<String> failure,
        Map<String, Object> fields,
        String text) {}
