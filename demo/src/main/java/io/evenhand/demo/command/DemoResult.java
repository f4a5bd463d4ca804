package io.evenhand.demo.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a run of the demo came to.
///
/// @param failure why the run is not as it must be, if it is not
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
