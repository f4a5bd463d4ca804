package io.evenhand.cli.cheat;

import com.fasterxml.jackson.databind.JsonNode;

/// Events that show that a cheat was stopped.
public final class Signs {
    private Signs() {}

    /// A party ignored something, for a reason that begins like this.
    public static boolean ignored(JsonNode event, String role, String reason) {
        return is(event, role, "Ignored") && event.path("why").asText().startsWith(reason);
    }

    /// A party said no, with a reason that holds this text.
    public static boolean refused(JsonNode event, String role, String reason) {
        return is(event, role, "MessageSent")
                && event.path("name").asText().equals("Refuse")
                && event.path("detail").asText().contains(reason);
    }

    /// A party's exchange ended in this state, for a reason that holds this text.
    public static boolean ended(JsonNode event, String role, String state, String reason) {
        return is(event, role, "Ended")
                && event.path("outcome").asText().equals(state)
                && event.path("detail").asText().contains(reason);
    }

    /// A party's exchange came to this state.
    public static boolean entered(JsonNode event, String role, String state) {
        return is(event, role, "StateChanged") && event.path("to").asText().equals(state);
    }

    /// The contract refused a party's transaction, and that is final.
    public static boolean reverted(JsonNode event, String role, String kind) {
        return is(event, role, "TransactionFailed") && event.path("kind").asText().equals(kind);
    }

    /// A party complained about a node.
    public static boolean complained(JsonNode event, String party, String about) {
        String type = event.path("type").asText();
        return (type.equals("trouble") || type.equals("alarm"))
                && event.path("party").asText().equals(party)
                && event.path("line").asText().contains(about);
    }

    private static boolean is(JsonNode event, String role, String kind) {
        return event.path("event").asText().equals(kind)
                && event.path("role").asText().equals(role);
    }
}
