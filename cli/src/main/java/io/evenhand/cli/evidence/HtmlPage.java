package io.evenhand.cli.evidence;

import io.evenhand.kit.evidence.Conclusion;
import io.evenhand.kit.evidence.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A reading as one page that can be printed and handed to a judge: no scripts, nothing from
/// outside, every text of a peer escaped.
public final class HtmlPage {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final StringBuilder html = new StringBuilder();

    private HtmlPage() {}

    /// @param at when the evidence was checked
    /// @param program name and version of this program
    public static String of(Reading reading, Instant at, String program) {
        HtmlPage page = new HtmlPage();
        page.head();
        page.banner(reading, at, program);
        boolean several = reading.exchanges().size() > 1;
        for (int i = 0; i < reading.exchanges().size(); i++) {
            page.exchange(reading.exchanges().get(i), several ? "Exchange " + (i + 1) + ": " : "");
        }
        page.files(reading);
        page.foot(program);
        return page.html.toString();
    }

    /// How every page begins.
    public static final String START = "<!DOCTYPE html>\n";

    private void head() {
        html.append(START)
                .append(
                        """
                        <html lang="en">
                        <head>
                        <meta charset="utf-8">
                        <meta name="viewport" content="width=device-width, initial-scale=1">
                        <meta http-equiv="Content-Security-Policy"
                         content="default-src 'none'; style-src 'unsafe-inline'">
                        <title>Evidence report</title>
                        <style>
                        """)
                .append(css())
                .append("</style>\n</head>\n<body>\n<main>\n");
    }

    private static String css() {
        try (InputStream in = HtmlPage.class.getResourceAsStream("page.css")) {
            return new String(
                    Objects.requireNonNull(in, "page.css is missing").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void banner(Reading reading, Instant at, String program) {
        html.append("<header>\n<h1>Evidence report</h1>\n");
        html.append("<p class=\"about\">")
                .append(reading.about().map(what -> "On " + escape(what) + ". ").orElse(""))
                .append("Checked on ")
                .append(DATE.format(at))
                .append(" with ")
                .append(escape(program))
                .append(".</p>\n");
        if (reading.refused().isPresent()) {
            status(
                    "bad",
                    "Refused",
                    (reading.about().isPresent()
                                    ? "This file is not genuine evidence, and nothing"
                                    : "This file is not evidence that can be read here, so nothing")
                            + " can be concluded from it: "
                            + reading.refused().get()
                            + ".");
        } else if (!reading.valid()) {
            status(
                    "bad",
                    "Contradicted by the chain",
                    "The signatures hold, but a node of the chain denies what the file says"
                            + " happened there.");
        } else {
            reading.exchanges().forEach(exchange -> outcome(exchange, reading.chainChecked()));
        }
        html.append("</header>\n");
    }

    /// Genuine evidence of an exchange; green only if that ended as it was agreed.
    private void outcome(Reading.Exchange exchange, boolean chainChecked) {
        Conclusion.End end = exchange.conclusion().outcome();
        boolean isBad = !exchange.blame().isEmpty() || end.ending() == Conclusion.Ending.BADLY;
        String kind = isBad ? "bad" : end.ending() == Conclusion.Ending.WELL ? "good" : "neutral";
        String blame =
                exchange.blame().isEmpty()
                        ? ""
                        : " At fault: the " + String.join(", the ", exchange.blame()) + ".";
        status(
                kind,
                capital(end.text()) + ".",
                "The evidence is genuine: every signature and every reference in it holds. "
                        + (chainChecked
                                ? "A node of the chain confirms the transactions named."
                                : "The chain was not asked: what is said of it is marked as an"
                                        + " assumption.")
                        + blame);
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private void status(String kind, String title, String text) {
        html.append("<div class=\"status ")
                .append(kind)
                .append("\" role=\"status\"><strong>")
                .append(escape(title))
                .append("</strong><p>")
                .append(escape(text))
                .append("</p></div>\n");
    }

    private void exchange(Reading.Exchange exchange, String prefix) {
        Conclusion conclusion = exchange.conclusion();
        heading(prefix + "In short");
        html.append("<p class=\"summary\">").append(escape(conclusion.summary())).append("</p>\n");
        glance(exchange);
        heading("What is proven");
        if (conclusion.findings().isEmpty()) {
            html.append("<p>Nothing.</p>\n");
        } else {
            html.append("<ol class=\"claims\">\n");
            conclusion.findings().forEach(finding -> finding(exchange, finding));
            html.append("</ol>\n");
        }
        if (!exchange.valid()) {
            heading("What the file says and the chain denies");
            list(exchange.chain().orElseThrow().faults());
            list(exchange.denied().stream().map(Finding::sentence).toList());
        }
        List<String> notes = exchange.chain().map(ChainCheck::notes).orElse(List.of());
        if (!notes.isEmpty()) {
            heading("Noted from the chain");
            list(notes);
        }
        heading("What is not proven");
        list(conclusion.notProven());
        heading("What is assumed");
        list(exchange.assumptions());
        heading("Identifiers, for experts");
        table("identifiers", exchange.report().identifiers());
    }

    private void finding(Reading.Exchange exchange, Finding finding) {
        html.append(finding.blame().isEmpty() ? "<li>" : "<li class=\"blame\">")
                .append("<p>")
                .append(escape(finding.sentence()))
                .append("</p><p class=\"basis\">Rests on: ")
                .append(escape(finding.basis()))
                .append(".");
        Optional<String> confirmed = exchange.confirmation(finding);
        if (confirmed.isPresent()) {
            html.append(" ").append(escape(confirmed.get()));
        } else if (!finding.provided().isEmpty()) {
            html.append(" Provided that ").append(escape(finding.provided())).append(".");
        }
        html.append(" <span class=\"kind\">")
                .append(finding.kind().name())
                .append("</span></p></li>\n");
    }

    private void glance(Reading.Exchange exchange) {
        Conclusion conclusion = exchange.conclusion();
        html.append("<table class=\"glance\"><caption>At a glance</caption><tbody>\n");
        exchange.report().glance().forEach(this::row);
        conclusion
                .parts()
                .forEach((part, holder) ->
                        html.append("<tr><th scope=\"row\">")
                                .append(escape(capital(part)))
                                .append("</th><td>key <span class=\"key\">")
                                .append(escape(holder.toString()))
                                .append("</span></td></tr>\n"));
        row("Outcome", conclusion.outcome().text());
        if (!exchange.blame().isEmpty()) {
            row("At fault", "the " + String.join(", the ", exchange.blame()));
        }
        row("Exchange", conclusion.exchange().toString());
        conclusion.xid().ifPresent(xid -> row("Hash of its Terms (xid)", xid.toString()));
        html.append("</tbody></table>\n");
    }

    private void files(Reading reading) {
        if (reading.sources().isEmpty()) {
            return;
        }
        heading("Files checked");
        html.append("<table class=\"identifiers\"><tbody>\n");
        for (Reading.Source source : reading.sources()) {
            row(
                    source.name(),
                    "SHA-256 "
                            + source.sha256()
                            + source.keeper().map(keeper -> ", kept by key " + keeper).orElse(""));
        }
        html.append("</tbody></table>\n");
    }

    private void foot(String program) {
        html.append("<footer><p>Anybody can repeat this check with ")
                .append(escape(program))
                .append(
                        """
                         and the files above: evenhand verify FILE, and --rpc URL to ask a node of \
                        the chain. The result depends on nothing else. This page is a reading of \
                        the files and proves nothing by itself.</p></footer>
                        </main>
                        </body>
                        </html>
                        """);
    }

    private void heading(String text) {
        html.append("<h2>").append(escape(text)).append("</h2>\n");
    }

    private void list(List<String> items) {
        html.append("<ul>\n");
        items.forEach(item -> html.append("<li>").append(escape(item)).append("</li>\n"));
        html.append("</ul>\n");
    }

    private void table(String kind, Map<String, String> rows) {
        html.append("<table class=\"").append(kind).append("\"><tbody>\n");
        rows.forEach(this::row);
        html.append("</tbody></table>\n");
    }

    private void row(String name, String value) {
        html.append("<tr><th scope=\"row\">")
                .append(escape(name))
                .append("</th><td>")
                .append(escape(value))
                .append("</td></tr>\n");
    }

    /// Text that stays text, whatever a peer wrote into it.
    static String escape(String text) {
        return Plain.shown(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
