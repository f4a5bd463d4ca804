package io.evenhand.node.runtime;

import io.evenhand.protocols.delegation.message.Message;

/// The paper's step numbers and names of messages, for people and for the journal.
final class Steps {
    private Steps() {}

    /// The step of package `io.evenhand.protocols.delegation`, or empty.
    static String of(Message message) {
        return switch (message) {
            case Message.AskStampKey _, Message.StampKeyMade _ -> "T0";
            case Message.Offer _ -> "T1";
            case Message.Accept _ -> "T2";
            case Message.Provision _, Message.Ready _ -> "T3";
            case Message.Start _ -> "T4";
            case Message.Try _, Message.Verdict _ -> "T5";
            case Message.Deliver _ -> "T7";
            case Message.Ack _ -> "T8";
            case Message.Funded _ -> "T9";
            case Message.Refuse _ -> "";
        };
    }

    static String name(Message message) {
        return message.getClass().getSimpleName();
    }
}
