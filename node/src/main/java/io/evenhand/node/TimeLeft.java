package io.evenhand.node;

/// A span of time as people read it: its two largest units.
public final class TimeLeft {
    private static final long MINUTE = 60;
    private static final long HOUR = 3_600;
    private static final long DAY = 86_400;

    private TimeLeft() {}

    /// Nothing is left once it is zero or less.
    public static String text(long seconds) {
        if (seconds <= 0) {
            return "no time";
        }
        if (seconds < 2 * MINUTE) {
            return seconds + " s";
        }
        if (seconds < HOUR) {
            return seconds / MINUTE + " min";
        }
        return seconds < DAY
                ? seconds / HOUR + " h " + seconds % HOUR / MINUTE + " min"
                : seconds / DAY + " d " + seconds % DAY / HOUR + " h";
    }
}
