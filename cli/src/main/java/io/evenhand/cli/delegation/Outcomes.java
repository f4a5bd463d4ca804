package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.ShutdownReport;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Order;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/// How a customer's exchange ends: what is written, said and returned.
final class Outcomes {
    private static final String THE_WAGE = "the wage";

    private Outcomes() {}

    /// Before anything is paid: work and evidence will find their place, and nothing is
    /// overwritten.
    static void checkWritable(Path output) {
        Path directory = output.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new CliException(
                    ExitCode.STORAGE,
                    "nothing can be written beside --output " + output + "; choose another");
        }
        for (Path file : new Path[] {output, Deliveries.evidence(output)}) {
            if (Files.exists(file)) {
                throw new CliException(
                        ExitCode.STORAGE,
                        file + " exists already; move it away or choose another --output");
            }
        }
    }

    /// Waits for the end of one exchange, writes what it brought, and gives the exit code.
    static int await(
            Shell shell, Screen screen, CustomerAgent agent, Deliveries deliveries, Bytes32 ref)
            throws IOException, InterruptedException {
        Optional<Path> output = deliveries.output(ref);
        long started = System.nanoTime();
        CustomerState end;
        try (ShutdownReport _ =
                ShutdownReport.hook(
                        shell, new DelegationProtocol(), DelegationRoles.CUSTOMER, goOn(shell))) {
            end = agent.end(ref).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("protocol", DelegationMessages.PROTOCOL);
        fields.put("exchange", ref.toString());
        Optional<Wei> wage = wage(shell, ref);
        Report report = report(end, fields, wage.map(Wei::toString).orElse(THE_WAGE), output);
        if (wage.isPresent()) {
            fields.put("wage", wage.get());
            fields.put("paid", report.settled() ? wage.get() : Wei.ZERO);
        }
        Optional<Path> work = agent.work(ref);
        if (report.settled() && work.isPresent()) {
            fields.put("workBytes", Files.size(work.get()));
            fields.put("workSha256", sha256(work.get()));
            agent.verdictDetail(ref).ifPresent(detail -> fields.put("verdict", detail));
            if (output.isPresent()) {
                deliveries.write(ref);
                fields.put("output", output.get().toString());
            }
        }
        Optional<Path> bundle = agent.bundle(ref);
        if (bundle.isPresent()) {
            Path evidence = bundle.get();
            if (output.isPresent()) {
                evidence = Deliveries.evidence(output.get());
                Deliveries.placeEvidence(shell, bundle.get(), output.get());
            }
            fields.put("bundle", evidence.toString());
        }
        fields.put("seconds", Math.round((System.nanoTime() - started) / 1e8) / 10.0);
        screen.over();
        shell.output().summary(fields, report.text() + told(fields, report.good() ? ", " : "; "));
        deliveries.forget(ref);
        return (report.good() ? ExitCode.OK : ExitCode.FAILED).code();
    }

    /// What was found out and written, and what to do with it.
    private static String told(Map<String, Object> fields, String joint) {
        Optional<String> evidence =
                fields.get("bundle") instanceof String bundle
                        ? Optional.of(near(Path.of(bundle)))
                        : Optional.empty();
        StringBuilder text = new StringBuilder();
        evidence.ifPresent(file -> text.append(joint).append("evidence in ").append(file));
        if (fields.get("verdict") instanceof String verdict) {
            text.append("%npolicy: %s".formatted(verdict));
        }
        evidence.ifPresent(file -> text.append("%nnext: evenhand verify %s".formatted(file)));
        return text.toString();
    }

    /// Seen from here, if it is below.
    static String near(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return (path.startsWith(here) ? here.relativize(path) : path).toString();
    }

    /// What it was about for how much, as the journal has it.
    private static Optional<Wei> wage(Shell shell, Bytes32 ref) {
        try (Store store = Store.openForReading(shell.home().directory())) {
            return store.sessions()
                    .find(new SessionKey(DelegationRoles.CUSTOMER, ref))
                    .flatMap(stored -> DelegationSummary.of(store, stored).order())
                    .map(Order::wage);
        } catch (StoreException e) {
            // The end is told all the same.
            return Optional.empty();
        }
    }

    static String goOn(Shell shell) {
        return "evenhand resume --home " + shell.home();
    }

    private record Report(boolean settled, boolean good, String text) {}

    private static Report report(
            CustomerState end, Map<String, Object> fields, String wage, Optional<Path> output) {
        return switch (end) {
            case CustomerState.Settled(var xid, boolean passed) -> {
                fields.put("outcome", "settled");
                fields.put("xid", xid.toString());
                fields.put("passed", passed);
                yield new Report(
                        true,
                        passed,
                        passed
                                ? "done: "
                                        + output.map(file -> near(file) + " holds the work, ")
                                                .orElse("")
                                        + wage
                                        + " paid"
                                : wage
                                        + " paid, and the work FAILS the policy: the stamper lied,"
                                        + " and the evidence proves it");
            }
            case CustomerState.Refunded(var xid) -> {
                fields.put("outcome", "refunded");
                fields.put("xid", xid.toString());
                yield new Report(false, false, "refunded: no key came, " + wage + " is back");
            }
            case CustomerState.Aborted(Fault why) -> {
                fields.put("outcome", "aborted");
                fields.put("rule", why.rule().name());
                fields.put("reason", why.line());
                yield new Report(
                        false, false, "ended without a deal, nothing was paid: " + why.line());
            }
            case CustomerState open -> throw new IllegalStateException("not over: " + open);
        };
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                byte[] buffer = new byte[1 << 16];
                int read;
                do {
                    // The stream feeds the digest.
                    read = in.read(buffer);
                } while (read >= 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
