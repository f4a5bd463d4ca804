package io.evenhand.simulation.delegation;

import io.evenhand.protocols.delegation.message.Message;

/// Messages as traces name them: without numbers that depend on the order of the search, so that a
/// trace can be walked again.
final class Labels {
    private Labels() {}

    static String of(Message message) {
        String detail =
                switch (message) {
                    case Message.Try attempt -> " of attempt " + attempt.attempt();
                    case Message.Verdict verdict ->
                            verdict.stamped().isPresent() ? " with a stamp" : ": no";
                    case Message.Funded funded -> " with " + funded.deal().amount();
                    case Message.AskStampKey _,
                            Message.StampKeyMade _,
                            Message.Offer _,
                            Message.Accept _,
                            Message.Provision _,
                            Message.Ready _,
                            Message.Start _,
                            Message.Deliver _,
                            Message.Ack _,
                            Message.Refuse _ ->
                            "";
                };
        return message.getClass().getSimpleName() + detail;
    }
}
