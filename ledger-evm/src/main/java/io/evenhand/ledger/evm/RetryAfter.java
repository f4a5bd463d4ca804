package io.evenhand.ledger.evm;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// The header in which a server says how long to leave it alone: seconds, or the date of an end.
final class RetryAfter {
    /// A day in seconds has five digits; who says more means "never", and waits are bounded anyway.
    private static final int MAX_DIGITS = 9;

    /// Dates of HTTP have 29 characters.
    private static final int MAX_CHARS = 40;

    private RetryAfter() {}

    /// Nothing if there is none, or one that nobody can read.
    static Optional<Duration> read(HttpHeaders headers, Instant now) {
        return headers.firstValue("Retry-After")
                .map(String::strip)
                .filter(text -> text.length() <= MAX_CHARS)
                .flatMap(text -> parse(text, now));
    }

    private static Optional<Duration> parse(String text, Instant now) {
        if (text.matches("[0-9]+")) {
            return Optional.of(
                    Duration.ofSeconds(
                            text.length() <= MAX_DIGITS
                                    ? Long.parseLong(text)
                                    : Integer.MAX_VALUE));
        }
        try {
            Instant end =
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return Optional.of(end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
