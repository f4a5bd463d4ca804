package io.evenhand.simulation.delegation;

import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.simulation.search.Interner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The statements that honest parties sign, as bits, and which of them may not stand together
/// (D-I7: one statement for one place; D-I10: one stamp).
final class SignedStatements {
    private static final int MAX = 63;

    private record Statement(List<Object> place, List<Object> content) {}

    private final Interner<Statement> statements = new Interner<>();
    private final Map<List<Object>, Long> places = new HashMap<>();

    /// The bit of what a message says with a signature, or 0.
    long bit(Role signer, Message message) {
        return switch (message) {
            case Message.StampKeyMade m ->
                    bit(List.of("stamp key", signer, m.nonce()), List.of(m.stampKey()));
            case Message.Accept m ->
                    // A provider that was put back may hear two offers under one nonce.
                    bit(
                            List.of("terms", signer, m.terms().order(), m.terms().stampKey()),
                            List.of(m.terms()));
            case Message.Provision m ->
                    bit(
                            List.of("terms", signer, m.terms().order().customerNonce()),
                            List.of(m.terms()));
            case Message.Verdict m when m.stamped().isPresent() ->
                    bit(
                            List.of("stamp", signer, m.xid()),
                            List.of(m.stamped().get().stamp().sealId()));
            case Message.Deliver m ->
                    bit(
                            List.of("delivery", signer, m.xid(), m.header().label().slot()),
                            List.of(m.header()));
            case Message.Ack m -> bit(List.of("ack", signer, m.xid()), List.of(m.sealId()));
            case Message.Funded m -> bit(List.of("funded", signer, m.xid()), List.of(m.deal()));
            case Message.AskStampKey _,
                    Message.Offer _,
                    Message.Ready _,
                    Message.Start _,
                    Message.Try _,
                    Message.Verdict _,
                    Message.Refuse _ ->
                    0;
        };
    }

    private long bit(List<Object> place, List<Object> content) {
        int id = statements.id(new Statement(place, content));
        if (id >= MAX) {
            throw new IllegalStateException("more than " + MAX + " statements");
        }
        places.merge(place, 1L << id, (a, b) -> a | b);
        return 1L << id;
    }

    /// The invariant that two of these statements break, or the empty text.
    String conflict(long signed) {
        for (Map.Entry<List<Object>, Long> entry : places.entrySet()) {
            if (Long.bitCount(signed & entry.getValue()) > 1) {
                return entry.getKey().getFirst().equals("stamp")
                        ? "D-I10: two stamps for one exchange"
                        : "D-I7: two statements for one place: " + entry.getKey().getFirst();
            }
        }
        return "";
    }
}
