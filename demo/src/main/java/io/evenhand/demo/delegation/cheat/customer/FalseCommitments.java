package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Signs;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/// Hidden data as committed, but chosen to hurt: nobody can see it before the end (D5, D6).
///
/// @param change makes the hidden rows of the honest ones, each `row,label`
public record FalseCommitments(
        CheatDescription description, UnaryOperator<List<String>> change, String said)
        implements Cheat {
    /// D5.
    public static FalseCommitments neverPasses() {
        return new FalseCommitments(
                new CheatDescription(
                        "policy-that-never-passes",
                        Cheater.CUSTOMER,
                        "the customer's hidden labels are all wrong, so that no work ever passes: the"
                                + " provider works for nothing",
                        "attempts and tWork end it (D5), and the customer gets nothing either; the provider"
                                + " loses the effort of the attempts it agreed to, and can later show that the"
                                + " committed labels were false",
                        Outcome.ABORTED),
                rows -> rows.stream().map(FalseCommitments::wrong).toList(),
                "commits to 300 hidden labels, each of them wrong");
    }

    /// D6, D2: the verdict is one bit.
    public static FalseCommitments oracle() {
        return new FalseCommitments(
                new CheatDescription(
                        "work-read-through-verdicts",
                        Cheater.CUSTOMER,
                        "the customer hides a single row and reads from the verdict whether the work says"
                                + " that label, without paying",
                        "a verdict is one bit, and there are as many as attempts (D2, D6): the customer learns"
                                + " one bit of 1,797 labels, and the provider may end it any time",
                        Outcome.ABORTED),
                rows -> List.of(wrong(rows.getFirst())),
                "asks for a single row, to learn one label from the verdict");
    }

    private static String wrong(String row) {
        int comma = row.indexOf(',');
        int label = (Integer.parseInt(row.substring(comma + 1)) + 1) % 10;
        return row.substring(0, comma + 1) + label;
    }

    @Override
    public boolean shows(JsonNode event) {
        return Signs.aborted(event, "provider", Rule.FAILED_POLICY);
    }

    @Override
    public String prepare(DelegationNet net) throws IOException {
        Path hidden = net.task().hidden();
        List<String> lines = Files.readAllLines(hidden);
        Path mine = hidden.resolveSibling("chosen.csv");
        Files.writeString(
                mine,
                lines.getFirst()
                        + "\n"
                        + String.join("\n", change.apply(lines.subList(1, lines.size())))
                        + "\n");
        Path policy = hidden.resolveSibling("chosen.yaml");
        Files.writeString(policy, "policy: accuracy\natLeast: 0.95\nhidden: chosen.csv\n");
        net.parties().option(DelegationRoles.CUSTOMER, "--policy", policy.toString());
        net.parties().option(DelegationRoles.CUSTOMER, "--attempts", "2");
        return "";
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.cheated(said);
    }
}
