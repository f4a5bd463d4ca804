package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.PeerArgument;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.text.ShortIds;
import io.evenhand.kit.text.Times;
import io.evenhand.kit.value.PartyId;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.delegation.customer.ProviderQuote;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a provider offers, as `quote` shows it. What the provider says of itself is its own word.
final class DelegationQuote implements CliProtocol.Quoter {
    @Override
    public int ask(Shell shell, KeyOptions keys, PeerArgument server)
            throws IOException, PeerException, InterruptedException {
        Path home = shell.home().directory();
        Optional<Config.Chain> chain = shell.home().config().chain();
        ProviderQuote quote = asked(shell, keys, server);
        Offered offered = new Offered(quote, chain, Earlier.with(home, server.party()));
        shell.output().summary(offered.fields(), offered.text());
        return ExitCode.OK.code();
    }

    /// What is tried again on the way is not told: the last failure is.
    private static ProviderQuote asked(Shell shell, KeyOptions keys, PeerArgument server)
            throws IOException, PeerException, InterruptedException {
        try {
            return ProviderQuote.ask(
                    shell.home().directory(),
                    keys.load(shell.home()),
                    server.party(),
                    server.invite(),
                    InstantSource.system(),
                    _ -> {});
        } catch (MalformedException e) {
            throw new CliException(ExitCode.UNREACHABLE, String.valueOf(e.getMessage()), e);
        }
    }

    /// The own exchanges with a provider.
    ///
    /// @param ends how many ended how
    /// @param last when the newest one began
    private record Earlier(Map<String, Integer> ends, Optional<Instant> last) {
        static Earlier with(Path home, PartyId provider) {
            Map<String, Integer> ends = new LinkedHashMap<>();
            Optional<Instant> last = Optional.empty();
            try (Store store = Store.openForReading(home)) {
                for (SessionTable.Stored stored : store.sessions().all()) {
                    if (stored.key().role().equals(DelegationRoles.CUSTOMER)
                            && stored.peer().equals(provider)) {
                        ends.merge(end(stored), 1, Integer::sum);
                        Instant begun = Instant.ofEpochSecond(stored.createdAt());
                        last = last.filter(begun::isBefore).or(() -> Optional.of(begun));
                    }
                }
            }
            return new Earlier(ends, last);
        }

        private static String end(SessionTable.Stored stored) {
            CustomerState state = new StateCodec<>(CustomerState.class).decode(stored.state());
            return state instanceof CustomerState.Final
                    ? state.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                    : "open";
        }

        String text() {
            if (last.isEmpty()) {
                return "none with it in this data directory";
            }
            List<String> parts = new ArrayList<>();
            ends.forEach((end, count) -> parts.add(count + " " + end));
            return String.join(", ", parts)
                    + "; the last began "
                    + Times.utc(last.get().getEpochSecond());
        }
    }

    /// @param chain of this node
    private record Offered(ProviderQuote quote, Optional<Config.Chain> chain, Earlier earlier) {
        ServiceCard card() {
            return quote.card();
        }

        boolean ours(Rail rail) {
            return chain.filter(own ->
                            own.id() == rail.chainId()
                                    && own.contract().equals(Optional.of(rail.contract()))
                                    && EscrowCode.hash().equals(rail.codeHash()))
                    .isPresent();
        }

        List<String> warnings(StamperRef stamper) {
            return Stampers.warnings(stamper, quote.server().party(), quote.server().host());
        }

        long windowSeconds() {
            long own = chain.map(each -> each.pace().timing().minClaimWindow()).orElse(0L);
            return Math.max(own, card().minClaimWindowSeconds());
        }

        /// Between now and the work's deadline.
        long longestDeadline() {
            return Expected.MAX_HORIZON_SECONDS - windowSeconds();
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("protocol", "delegation");
            fields.put("identity", quote.server().party());
            fields.put("host", quote.server().host());
            fields.put("port", quote.server().port());
            fields.put("service", card().name());
            fields.put("about", card().about());
            fields.put("price", card().price());
            fields.put("inputBytes", card().maxInputBytes());
            fields.put("workBytes", card().maxWorkBytes());
            fields.put("attempts", card().attempts());
            fields.put("longestSeconds", card().longestSeconds());
            if (card().usualSeconds() > 0) {
                fields.put("usualSeconds", card().usualSeconds());
            }
            fields.put("policies", card().policies());
            fields.put("stampers", card().stampers().stream().map(this::stamper).toList());
            fields.put("chains", card().rails().stream().map(this::rail).toList());
            fields.put("windowSeconds", windowSeconds());
            fields.put("latestSeconds", longestDeadline());
            fields.put("earlier", earlier.ends());
            earlier.last().ifPresent(last -> fields.put("lastAt", last));
            return fields;
        }

        private Map<String, Object> stamper(StamperRef stamper) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("identity", stamper.key());
            fields.put("endpoint", stamper.endpoint());
            fields.put("profile", stamper.profile());
            fields.put("operator", stamper.operator().name().toLowerCase(Locale.ROOT));
            fields.put("warnings", warnings(stamper));
            return fields;
        }

        private Map<String, Object> rail(Rail rail) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("chainId", rail.chainId());
            fields.put("contract", rail.contract().toString());
            fields.put("ours", ours(rail));
            return fields;
        }

        String text() {
            List<String> lines = new ArrayList<>();
            lines.add(
                    ShortIds.quoted(card().name())
                            + ": "
                            + ShortIds.quoted(card().about())
                            + ". All of this by the provider's own word:");
            row(
                    lines,
                    "provider",
                    "%s at %s:%d"
                            .formatted(
                                    quote.server().party().toString().substring(0, 8),
                                    quote.server().host(),
                                    quote.server().port()));
            row(lines, "price", card().price() + " at least");
            row(
                    lines,
                    "input, work",
                    "up to %s, up to %s"
                            .formatted(
                                    Units.showSize(card().maxInputBytes()),
                                    Units.showSize(card().maxWorkBytes())));
            row(
                    lines,
                    "time",
                    (card().usualSeconds() == 0
                                    ? "it does not say what is usual"
                                    : "usually " + span(card().usualSeconds()))
                            + "; at most "
                            + span(card().longestSeconds())
                            + " for an attempt, "
                            + card().attempts()
                            + " at most");
            row(lines, "policies", String.join(", ", card().policies()));
            card().stampers().forEach(stamper -> told(stamper, lines));
            for (Rail rail : card().rails()) {
                row(lines, "chain", chain(rail));
            }
            row(
                    lines,
                    "deadlines",
                    "--deadline up to "
                            + span(longestDeadline())
                            + "; a wage that is not claimed is locked for "
                            + span(windowSeconds())
                            + " after the deposit's deadline");
            lines.add("By this node:");
            row(lines, "exchanges", earlier.text());
            lines.add(
                    "Nothing was signed or paid. \"evenhand delegate --provider\" takes the same"
                            + " invite, or the identity "
                            + quote.server().party()
                            + ".");
            return String.join("\n", lines);
        }

        private void told(StamperRef stamper, List<String> lines) {
            row(
                    lines,
                    "stamper",
                    "%s at %s, %s; profile %s%s"
                            .formatted(
                                    stamper.key().toString().substring(0, 8),
                                    stamper.endpoint(),
                                    Stampers.operator(stamper),
                                    ShortIds.quoted(stamper.profile()),
                                    stamper.profile().equals("software")
                                            ? " protects nothing against its owner"
                                            : ""));
            warnings(stamper).forEach(warning -> row(lines, "", "WARNING: " + warning));
        }

        private String chain(Rail rail) {
            String named = rail.chainId() + ", contract " + rail.contract();
            if (ours(rail)) {
                return named + ": the one that is configured here";
            }
            return named
                    + chain.map(own -> ": NOT ours; configured is chain " + own.id())
                            .orElse(": none is configured here, run \"evenhand deploy --rpc URL\"");
        }

        private static String span(long seconds) {
            return Units.show(Duration.ofSeconds(seconds));
        }

        private static void row(List<String> lines, String name, String text) {
            lines.add("  %-12s %s".formatted(name, text));
        }
    }
}
