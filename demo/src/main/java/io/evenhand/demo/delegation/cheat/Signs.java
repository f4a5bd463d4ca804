package io.evenhand.demo.delegation.cheat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.node.Trouble;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.Rule;
import java.util.EnumSet;
import java.util.Set;

/// Events that show that a cheat was stopped.
public final class Signs {
    private Signs() {}

    /// What a provider says of itself when it ends without showing its key for a deposit.
    private static final Set<Rule> KEY_KEPT =
            EnumSet.of(Rule.CODE, Rule.MARGIN, Rule.NO_DEPOSIT, Rule.RELEASED);

    /// What a provider finds wrong with a deposit.
    private static final Set<Rule> BAD_DEPOSIT =
            EnumSet.range(Rule.DEPOSIT_EXCHANGE, Rule.DEPOSIT_SIGNATURE);

    /// The provider does not take this for the deposit that was agreed (D17).
    public static boolean badDeposit(JsonNode event) {
        return is(event, "provider", "Ignored") && by(event, BAD_DEPOSIT);
    }

    /// A party's machine ignored something by one of these rules.
    public static boolean ignored(JsonNode event, String role, Rule... rules) {
        return is(event, role, "Ignored") && by(event, Set.of(rules));
    }

    /// A party's server turned somebody away.
    public static boolean turnedAway(JsonNode event, String role, Refused.Kind kind) {
        return is(event, role, "Ignored") && event.path("rule").asText().equals(kind.name());
    }

    /// A party said no by this rule.
    public static boolean refused(JsonNode event, String role, Rule rule) {
        return is(event, role, "MessageSent")
                && event.path("name").asText().equals("Refuse")
                && by(event, Set.of(rule));
    }

    /// A party's exchange ended in this state.
    public static boolean ended(JsonNode event, String role, String state) {
        return is(event, role, "Ended") && event.path("outcome").asText().equals(state);
    }

    /// A party's exchange came to nothing by one of these rules.
    public static boolean aborted(JsonNode event, String role, Rule... rules) {
        return ended(event, role, "Aborted") && by(event, Set.of(rules));
    }

    /// The provider let the exchange go and kept its key.
    public static boolean keptItsKey(JsonNode event) {
        return ended(event, "provider", "Aborted") && by(event, KEY_KEPT);
    }

    private static boolean by(JsonNode event, Set<Rule> rules) {
        return rules.stream().anyMatch(rule -> rule.name().equals(event.path("rule").asText()));
    }

    /// A party's exchange came to this state.
    public static boolean entered(JsonNode event, String role, String state) {
        return is(event, role, "StateChanged") && event.path("to").asText().equals(state);
    }

    /// The contract refused a party's transaction, and that is final.
    public static boolean reverted(JsonNode event, String role, String kind) {
        return is(event, role, "TransactionFailed") && event.path("kind").asText().equals(kind);
    }

    /// A party complained about something outside its exchange.
    public static boolean complained(JsonNode event, String party, Trouble kind) {
        return event.path("type").asText().equals("trouble")
                && event.path("kind").asText().equals(kind.name())
                && event.path("party").asText().equals(party);
    }

    private static boolean is(JsonNode event, String role, String kind) {
        return event.path("event").asText().equals(kind)
                && event.path("role").asText().equals(role);
    }
}
