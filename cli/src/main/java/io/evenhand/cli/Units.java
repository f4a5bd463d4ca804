package io.evenhand.cli;

import io.evenhand.kit.codec.MalformedException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Quantities as people write them; a number without a unit is refused, because a guess may cost
/// money.
public final class Units {
    /// The longest duration anybody means: a longer one is a typing error that locks money up.
    static final Duration LONGEST = Duration.ofDays(365);

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(s|m|min|h|d)");

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(B|KiB|MiB|GiB)");

    private static final Pattern ANY_UNIT = Pattern.compile("[0-9.]{1,20}\\s*([A-Za-z]{1,16})");

    private static final Set<String> KNOWN_UNITS =
            Set.of("s", "m", "min", "h", "d", "B", "KiB", "MiB", "GiB");

    private Units() {}

    /// Reads `90s`, `30m`, `2h` or `3d`.
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new MalformedException(
                    "not a duration: \""
                            + text
                            + "\""
                            + unknownUnit(text, "time")
                            + "; write for example 90s, 30m, 2h or 3d");
        }
        long number = Long.parseLong(matcher.group(1));
        Duration duration = unit(matcher.group(2)).multipliedBy(number);
        if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
            throw new MalformedException(
                    "\"" + text + "\" is out of range; a duration is 1s to 365d");
        }
        return duration;
    }

    /// A number is there, so it is its unit that nobody knows.
    private static String unknownUnit(String text, String what) {
        Matcher matcher = ANY_UNIT.matcher(text.strip());
        return matcher.matches() && !KNOWN_UNITS.contains(matcher.group(1))
                ? ": \"" + matcher.group(1) + "\" is no unit of " + what + " known here"
                : "";
    }

    private static Duration unit(String unit) {
        if (unit.equals("s")) {
            return Duration.ofSeconds(1);
        } else if (unit.equals("h")) {
            return Duration.ofHours(1);
        } else if (unit.equals("d")) {
            return Duration.ofDays(1);
        }
        return Duration.ofMinutes(1);
    }

    /// Writes a duration with its two largest units, as in `2h 5m`.
    public static String show(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        } else if (seconds < 3600) {
            return two(seconds, 60, "m", "s");
        } else if (seconds < 86_400) {
            return two(seconds / 60, 60, "h", "m");
        }
        return two(seconds / 3600, 24, "d", "h");
    }

    private static String two(long small, long each, String large, String little) {
        long rest = small % each;
        return small / each + large + (rest == 0 ? "" : " " + rest + little);
    }

    /// Reads `100 B`, `64 KiB`, `100 MiB` or `2 GiB`.
    public static long size(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new MalformedException(
                    "not a size: \""
                            + text
                            + "\""
                            + unknownUnit(text, "size")
                            + "; write for example 512 B, 64 KiB or 100 MiB");
        }
        int power = "BKMG".indexOf(matcher.group(2).charAt(0));
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
    }

    /// Writes a number of bytes in the largest unit that keeps it above one.
    public static String showSize(long bytes) {
        String[] names = {"B", "KiB", "MiB", "GiB"};
        int power = 0;
        double value = bytes;
        while (value >= 1024 && power < names.length - 1) {
            value /= 1024;
            power++;
        }
        return power == 0
                ? bytes + " B"
                : String.format(java.util.Locale.ROOT, "%.1f %s", value, names[power]);
    }
}
