package io.evenhand.cli.evidence;

import io.evenhand.kit.codec.PlainText;
import io.evenhand.kit.evidence.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A reading as text for a terminal.
public final class Plain {
    private static final int WIDTH = 96;

    private Plain() {}

    /// All but the closing line.
    public static List<String> lines(Reading reading) {
        List<String> lines = new ArrayList<>();
        for (Reading.Source source : reading.sources()) {
            lines.add("file " + shown(source.name()) + ", SHA-256 " + source.sha256());
        }
        for (Reading.Exchange exchange : reading.exchanges()) {
            exchange(exchange, lines);
        }
        return lines;
    }

    private static void exchange(Reading.Exchange exchange, List<String> lines) {
        heading(lines, "In short");
        wrap(lines, "  ", "  ", exchange.conclusion().summary());
        heading(lines, "Proven");
        int number = 1;
        for (Finding finding : exchange.conclusion().findings()) {
            wrap(lines, "%3d. ".formatted(number), "     ", finding.sentence());
            wrap(
                    lines,
                    "     ",
                    "     ",
                    "[" + finding.kind().name() + "] rests on: " + finding.basis());
            Optional<String> confirmed = exchange.confirmation(finding);
            if (confirmed.isPresent()) {
                wrap(lines, "     ", "     ", confirmed.get());
            } else if (!finding.provided().isEmpty()) {
                wrap(lines, "     ", "     ", "provided that " + finding.provided());
            }
            number++;
        }
        if (exchange.conclusion().findings().isEmpty()) {
            lines.add("  Nothing.");
        }
        if (!exchange.valid()) {
            heading(lines, "Said in the bundle and denied by the node");
            exchange.chain()
                    .orElseThrow()
                    .faults()
                    .forEach(fault -> wrap(lines, "  - ", "    ", "NOT ON THE CHAIN: " + fault));
            exchange.denied().forEach(finding -> wrap(lines, "  - ", "    ", finding.sentence()));
        }
        bullets(
                lines,
                "Noted from the chain",
                exchange.chain().map(ChainCheck::notes).orElse(List.of()));
        bullets(lines, "Not proven by this", exchange.conclusion().notProven());
        bullets(lines, "Assumed", exchange.assumptions());
        heading(lines, "Identifiers");
        exchange.report()
                .identifiers()
                .forEach((name, value) -> lines.add("  %-26s %s".formatted(name, shown(value))));
        lines.add("");
    }

    private static void heading(List<String> lines, String text) {
        lines.add("");
        lines.add(text);
    }

    private static void bullets(List<String> lines, String heading, List<String> items) {
        if (!items.isEmpty()) {
            heading(lines, heading);
            items.forEach(item -> wrap(lines, "  - ", "    ", item));
        }
    }

    private static void wrap(List<String> lines, String first, String next, String text) {
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : shown(text).split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(next);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
    }

    /// A peer's text without characters that steer a terminal or turn the direction of reading.
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .forEach(point -> {
                    if (PlainText.isHidden(point)) {
                        shown.append("\\u{").append(Integer.toHexString(point)).append('}');
                    } else {
                        shown.appendCodePoint(point);
                    }
                });
        return shown.toString();
    }
}
