package io.evenhand.node;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.deal.Timing;
import java.util.Optional;

/// What an open exchange waits for, and until when.
///
/// @param what the step, such as `the deposit`
/// @param at seconds since 1970
/// @param counts whether missing it costs the exchange; if one of the others passes, the wage just
///   comes back
public record NextDeadline(String what, long at, boolean counts) {
    /// An alarm if little time is left: a quarter of it, and never more than the margin of a claim.
    ///
    /// @param began when the exchange began, seconds since 1970
    public Optional<Alarm> alarm(long began, long now, Timing timing) {
        long little = Math.min(timing.revealMargin(), (at - began) / 4);
        boolean near = counts && now >= at - little && now < at;
        return near ? Optional.of(new NodeAlarm.DeadlineNear(what, at)) : Optional.empty();
    }

    /// Such as `the deposit, 12 min left`.
    public String text(long now) {
        return what + ", " + TimeLeft.text(at - now) + " left";
    }
}
