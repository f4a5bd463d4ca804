package io.evenhand.ledger.evm;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Something that a chain or its endpoint did wrong, in one line that holds no secret.
///
/// Text of a foreign node is cut, put on one line and freed of long hex: nodes echo what they were
/// sent, and a claim holds a key.
public final class LedgerException extends RuntimeException {
    /// How it went wrong, which tells the caller whether to try again.
    public sealed interface Kind {
        /// No usable connection, or no answer in time: try again later.
        ///
        /// @param sent the request may have arrived all the same
        record Unreachable(boolean sent) implements Kind {}

        /// More requests than the endpoint allows now: the same ones later.
        ///
        /// @param sent it was the endpoint that said so
        /// @param retryAfter how long it wants to be left alone, if it said
        record Limited(boolean sent, Optional<Duration> retryAfter) implements Kind {}

        /// The node answered with a JSON-RPC error.
        record Refused(int code, String message) implements Kind {}

        /// The node answered with something that is not an answer to the question.
        ///
        /// @param readable it is one to another question at least; else it is no JSON
        record Malformed(boolean readable) implements Kind {}

        /// The chain is not what the parties agreed on: chain id, contract or code hash.
        record Mismatch() implements Kind {}

        /// Two endpoints say different things about one deal (16e).
        record Contradicted() implements Kind {}

        /// The endpoint cannot do what is needed of it, and will not by itself.
        record Lacking() implements Kind {}

        /// Our account holds too little.
        record Poor() implements Kind {}
    }

    /// Longest piece of foreign text that an error repeats.
    private static final int MAX_FOREIGN_TEXT = 200;

    private static final Pattern LONG_HEX = Pattern.compile("(0[xX])?[0-9a-fA-F]{48,}");
    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]+");

    private static final long serialVersionUID = 1;

    private final transient Kind kind;

    private LedgerException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public static LedgerException unreachable(String message) {
        return new LedgerException(new Kind.Unreachable(true), message);
    }

    /// The request certainly did not leave this machine.
    static LedgerException notSent(String message) {
        return new LedgerException(new Kind.Unreachable(false), message);
    }

    static LedgerException limited(boolean sent, Optional<Duration> retryAfter, String message) {
        return new LedgerException(new Kind.Limited(sent, retryAfter), message);
    }

    public static LedgerException malformed(String message) {
        return new LedgerException(new Kind.Malformed(true), message);
    }

    static LedgerException unreadable(String message) {
        return new LedgerException(new Kind.Malformed(false), message);
    }

    public static LedgerException mismatch(String message) {
        return new LedgerException(new Kind.Mismatch(), message);
    }

    static LedgerException contradicted(String message) {
        return new LedgerException(new Kind.Contradicted(), message);
    }

    public static LedgerException lacking(String message) {
        return new LedgerException(new Kind.Lacking(), message);
    }

    public static LedgerException poor(String message) {
        return new LedgerException(new Kind.Poor(), message);
    }

    static LedgerException refused(String endpoint, String method, int code, String foreign) {
        String said = clean(foreign);
        return new LedgerException(
                new Kind.Refused(code, said),
                endpoint + " refuses " + method + ": " + said + " (" + code + ")");
    }

    public Kind kind() {
        return kind;
    }

    /// Whether the endpoint may have what was sent to it (R4).
    boolean mayHaveArrived() {
        return switch (kind) {
            case Kind.Unreachable(boolean sent) -> sent;
            case Kind.Limited(boolean sent, var _) -> sent;
            case Kind.Refused _,
                    Kind.Malformed _,
                    Kind.Mismatch _,
                    Kind.Contradicted _,
                    Kind.Lacking _,
                    Kind.Poor _ ->
                    true;
        };
    }

    /// Whether another endpoint may do better.
    boolean isOfEndpoint() {
        return isPassing() || kind instanceof Kind.Malformed;
    }

    /// Whether the same request may be answered later: no answer came, or it was one too many.
    public boolean isPassing() {
        return kind instanceof Kind.Unreachable || kind instanceof Kind.Limited;
    }

    /// How long the endpoint wants to be left alone, if it said.
    Optional<Duration> retryAfter() {
        return kind instanceof Kind.Limited(boolean _, Optional<Duration> pause)
                ? pause
                : Optional.empty();
    }

    boolean isRefusal() {
        return kind instanceof Kind.Refused;
    }

    /// Foreign text made safe to print: one line of plain characters, short, long hex removed.
    static String clean(String foreign) {
        String line =
                UNPRINTABLE.matcher(LONG_HEX.matcher(foreign).replaceAll("(hex)")).replaceAll(" ");
        String text = line.strip();
        return text.length() > MAX_FOREIGN_TEXT ? text.substring(0, MAX_FOREIGN_TEXT) : text;
    }
}
