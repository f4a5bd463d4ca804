package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.node.transport.Invite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/// The invites that a daemon gives out: at its start, and when `evenhand invite` asks it.
public final class Invites {
    /// Long enough to hand it over by hand, short enough to be forgotten in a mailbox.
    public static final Duration VALIDITY = Duration.ofDays(7);

    /// More peers than anybody invites at once.
    private static final int MAX = 1_000;

    @Option(
            names = "--invites",
            paramLabel = "N",
            defaultValue = "1",
            description = "Print this many invites at the start (default ${DEFAULT-VALUE}).")
    private int count = 1;

    @Option(
            names = "--advertise",
            paramLabel = "HOST",
            description =
                    "Name this machine so in invites: a name or address under which peers reach it.")
    private String advertise = "";

    /// Before anything starts.
    public void check() {
        if (count < 0 || count > MAX) {
            throw CliException.usage("--invites is 0 to " + MAX + ", not " + count);
        }
    }

    /// The name under which invites say that others reach us.
    public String host(Listen address) {
        return address.reachableAs(advertise);
    }

    /// Makes an invite.
    public interface Maker {
        Invite invite(String host, Duration validity);
    }

    public static String answer(List<String> words, String host, Maker maker) {
        if (words.size() != 2 || !words.getFirst().equals("invite")) {
            throw new IllegalArgumentException("this daemon only makes invites");
        }
        return maker.invite(host, Duration.ofSeconds(Long.parseLong(words.get(1)))).text();
    }

    /// Says that the daemon listens, and gives the first invites out.
    public void announce(
            Shell shell, Map<String, Object> fields, String text, Supplier<Invite> maker) {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(maker.get().text());
        }
        if (!made.isEmpty()) {
            fields.put("invite", made.getFirst());
            fields.put("invites", made);
        }
        StringBuilder lines = new StringBuilder(text);
        if (!made.isEmpty()) {
            lines.append("\neach invite lets one peer in, within ")
                    .append(Units.show(VALIDITY))
                    .append(" (more: evenhand invite --home ")
                    .append(shell.home())
                    .append("):");
            made.forEach(invite -> lines.append('\n').append(invite));
        }
        shell.output().event("listening", fields, lines.toString());
    }
}
