package io.evenhand.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Moments and spans as people read them, in the time of this machine's zone. Scripts get {@link
/// Instant}s.
public final class Moments {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss zzz", Locale.ENGLISH);

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss zzz", Locale.ENGLISH);

    private static final long MINUTE = 60;
    private static final long HOUR = 3_600;

    private Moments() {}

    /// With its day, such as `2026-11-30 10:58:00 CET`.
    public static String whole(long seconds) {
        return whole(Instant.ofEpochSecond(seconds));
    }

    public static String whole(Instant at) {
        return DAY.format(at.atZone(ZoneId.systemDefault()));
    }

    /// Without its day if that is today.
    public static String shown(long seconds) {
        ZonedDateTime at = Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault());
        boolean isToday = at.toLocalDate().equals(LocalDate.now(ZoneId.systemDefault()));
        return (isToday ? TIME : DAY).format(at);
    }

    /// Such as `1 min 52 s`.
    public static String span(long seconds) {
        long left = Math.max(0, seconds);
        if (left < MINUTE) {
            return left + " s";
        } else if (left < HOUR) {
            return left / MINUTE + " min " + left % MINUTE + " s";
        }
        return left < 24 * HOUR
                ? left / HOUR + " h " + left % HOUR / MINUTE + " min"
                : left / (24 * HOUR) + " d " + left / HOUR % 24 + " h";
    }
}
