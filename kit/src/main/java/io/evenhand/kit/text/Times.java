package io.evenhand.kit.text;

import java.util.List;

/// Times for people, from seconds since 1970. Protocols may not use the JDK's calendar classes,
/// since those can read the clock.
public final class Times {
    /// The end of the year 9999: later numbers are not dates but nonsense.
    private static final long LAST = 253_402_300_799L;

    private static final long DAY = 86_400;

    /// Days from 1 March of the year 0 to 1 January 1970; years are counted from March, so that the
    /// leap day is the last one.
    private static final long EPOCH = 719_468;

    private static final long FOUR_CENTURIES = 146_097;

    private static final List<String> MONTHS =
            List.of(
                    "March",
                    "April",
                    "May",
                    "June",
                    "July",
                    "August",
                    "September",
                    "October",
                    "November",
                    "December",
                    "January",
                    "February");

    private Times() {}

    /// `21 November 2026, 06:30:51 UTC`.
    public static String utc(long seconds) {
        if (seconds < 0 || seconds > LAST) {
            return "second " + seconds;
        }
        long days = seconds / DAY + EPOCH;
        long era = days / FOUR_CENTURIES;
        long day = days % FOUR_CENTURIES;
        long year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        long dayOfYear = day - (365 * year + year / 4 - year / 100);
        int month = (int) ((5 * dayOfYear + 2) / 153);
        long dayOfMonth = dayOfYear - (153L * month + 2) / 5 + 1;
        long rest = seconds % DAY;
        return dayOfMonth
                + " "
                + MONTHS.get(month)
                + " "
                + (era * 400 + year + (month >= 10 ? 1 : 0))
                + ", "
                + two(rest / 3600)
                + ":"
                + two(rest / 60 % 60)
                + ":"
                + two(rest % 60)
                + " UTC";
    }

    private static String two(long number) {
        return (number < 10 ? "0" : "") + number;
    }
}
