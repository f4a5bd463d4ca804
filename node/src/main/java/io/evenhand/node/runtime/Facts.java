package io.evenhand.node.runtime;

import io.evenhand.delegation.message.Message;

/// Names of the facts a session keeps: each message once, a verdict once for each attempt.
final class Facts {
    private Facts() {}

    static String received(Message message) {
        return "received/" + name(message);
    }

    static String sent(Message message) {
        return "sent/" + name(message);
    }

    private static String name(Message message) {
        return message instanceof Message.Verdict verdict
                ? "Verdict-" + verdict.attempt()
                : Steps.name(message);
    }
}
