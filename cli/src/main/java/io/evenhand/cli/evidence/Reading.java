package io.evenhand.cli.evidence;

import io.evenhand.cli.CliException;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.evidence.Conclusion;
import io.evenhand.kit.evidence.EvidenceFormat;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.ledger.evm.JsonRpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/// Bundles read, checked and concluded from: what every form of the report is made of.
///
/// @param about what the exchanges are about, unless no file tells its protocol
/// @param refused why nothing is concluded at all, or empty
public record Reading(
        Optional<String> about,
        List<Source> sources,
        List<Exchange> exchanges,
        Optional<String> refused) {
    /// More bundles than parties and versions of one exchange.
    private static final int MAX_BUNDLES = 16;

    private static final String FOLDER = "evidence/";

    /// One file that was handed in.
    ///
    /// @param keeper who put it together, if it could be read
    public record Source(String name, Bytes32 sha256, Optional<PartyId> keeper) {}

    /// One exchange that the files are about.
    ///
    /// @param conclusion without what the chain denies
    /// @param denied what the bundle says and a node of the chain denies
    public record Exchange(
            EvidenceReport.Exchange report,
            Conclusion conclusion,
            List<Finding> denied,
            Optional<ChainCheck> chain) {
        private static Exchange of(EvidenceReport.Exchange report, Optional<ChainCheck> chain) {
            List<Finding> denied =
                    report.conclusion().findings().stream()
                            .filter(finding ->
                                    finding.seen().isPresent()
                                            && chain.isPresent()
                                            && !chain.get().confirms(finding.seen().get()))
                            .toList();
            return new Exchange(report, report.conclusion().without(denied), denied, chain);
        }

        public boolean valid() {
            return chain.map(check -> check.faults().isEmpty()).orElse(true);
        }

        /// Whether the chain confirms a finding, if the finding is about it.
        public Optional<String> confirmation(Finding finding) {
            return finding.seen()
                    .flatMap(seen ->
                            chain.filter(check -> check.confirms(seen))
                                    .map(check ->
                                            "Confirmed by the node "
                                                    + check.node()
                                                    + ": block "
                                                    + seen.blockNumber()
                                                    + " holds it, with "
                                                    + check.depths().get(seen)
                                                    + " blocks after it."));
        }

        public List<String> assumptions() {
            Set<String> assumptions = new LinkedHashSet<>(conclusion.assumptions());
            for (Finding finding : conclusion.findings()) {
                boolean confirmed = chain.isPresent() && finding.seen().isPresent();
                if (!confirmed && !finding.provided().isEmpty()) {
                    assumptions.add("Provided that " + finding.provided() + ".");
                }
            }
            chain.ifPresent(check ->
                    assumptions.add(
                            "Provided that the node "
                                    + check.node()
                                    + " tells the truth about chain "
                                    + check.chainId()
                                    + "; it was asked at its block "
                                    + check.tip()
                                    + "."));
            return List.copyOf(assumptions);
        }

        /// Who is to blame for what, in the order of the parts.
        public List<String> blame() {
            Set<String> blamed =
                    conclusion.findings().stream()
                            .flatMap(finding -> finding.blame().stream())
                            .collect(Collectors.toSet());
            return conclusion.parts().keySet().stream().filter(blamed::contains).toList();
        }
    }

    public boolean valid() {
        return refused.isEmpty() && exchanges.stream().allMatch(Exchange::valid);
    }

    public boolean chainChecked() {
        return exchanges.stream().anyMatch(exchange -> exchange.chain().isPresent());
    }

    /// Reads and checks everything that was handed in.
    ///
    /// @param reports the protocols whose evidence can be read
    /// @param rpc a node to ask
    /// @param work the folder of the sealed work
    public static Reading of(
            List<EvidenceReport<?>> reports,
            Crypto crypto,
            List<Path> files,
            Optional<JsonRpc> rpc,
            Optional<Path> work)
            throws IOException, InterruptedException {
        if (files.size() > MAX_BUNDLES) {
            throw CliException.usage("at most " + MAX_BUNDLES + " bundles at once");
        }
        Handed handed = new Handed(reports);
        try {
            for (Path file : files) {
                handed.read(file);
            }
            List<Exchange> exchanges = new ArrayList<>();
            for (EvidenceReport.Exchange each : handed.exchanges(crypto, work)) {
                exchanges.add(Exchange.of(each, rpc.map(each::check)));
            }
            return new Reading(handed.about(), handed.sources, exchanges, Optional.empty());
        } catch (MalformedException e) {
            Optional<String> refused = Optional.of(String.valueOf(e.getMessage()));
            return new Reading(handed.about(), handed.sources, List.of(), refused);
        }
    }

    /// What was handed in, and of which protocol it is.
    private static final class Handed {
        private final List<EvidenceReport<?>> reports;
        private final List<Source> sources = new ArrayList<>();
        private final List<Record> documents = new ArrayList<>();
        private Optional<EvidenceReport<?>> protocol = Optional.empty();

        Handed(List<EvidenceReport<?>> reports) {
            this.reports = reports;
        }

        Optional<String> about() {
            return protocol.map(EvidenceReport::about);
        }

        void read(Path file) throws IOException {
            String name = String.valueOf(file.getFileName());
            if (Files.size(file) <= Bundle.MAX_TOTAL) {
                Bytes32 hash = Bytes32.of(Hashes.sha256(Files.readAllBytes(file)));
                sources.add(new Source(name, hash, Optional.empty()));
            }
            try {
                Bundle bundle = Bundle.read(file);
                EvidenceReport<?> report = chosen(bundle.names());
                if (protocol.isPresent() && !protocol.get().equals(report)) {
                    // Bundles are read together since they are about one exchange.
                    throw CliException.usage(
                            ("%s is evidence about %s, and what comes before it about %s; verify"
                                            + " them one after the other")
                                    .formatted(name, report.about(), protocol.get().about()));
                }
                protocol = Optional.of(report);
                documents.add(document(report.format(), bundle));
            } catch (MalformedException e) {
                throw new MalformedException(name + ": " + e.getMessage(), e);
            }
        }

        private <D extends Record> D document(EvidenceFormat<D> format, Bundle bundle) {
            D document = format.read(bundle);
            Source source = sources.removeLast();
            Optional<PartyId> keeper = Optional.of(format.keeper(document));
            sources.add(new Source(source.name(), source.sha256(), keeper));
            return document;
        }

        /// The protocol whose entry a bundle has.
        private EvidenceReport<?> chosen(SortedSet<String> names) {
            List<EvidenceReport<?>> fitting =
                    reports.stream().filter(one -> names.contains(one.format().entry())).toList();
            if (fitting.size() > 1) {
                throw new MalformedException(
                        "the bundle holds evidence of two protocols, "
                                + entries(fitting, " and ")
                                + ", and a bundle is of one exchange");
            }
            if (fitting.size() == 1) {
                return fitting.getFirst();
            }
            for (EvidenceReport<?> report : reports) {
                Optional<String> other =
                        names.stream().filter(report.format()::isOfProtocol).findFirst();
                if (other.isPresent()) {
                    throw new MalformedException(
                            "written by another version of the program ("
                                    + other.get()
                                    + "); this one reads "
                                    + report.format().entry());
                }
            }
            String known = entries(reports, " or ");
            throw new MalformedException(
                    names.stream()
                            .filter(name -> name.startsWith(FOLDER))
                            .findFirst()
                            .map(name ->
                                    "the bundle holds "
                                            + name
                                            + ", evidence of a protocol that this program does"
                                            + " not know; it reads "
                                            + known)
                            .orElse("the bundle has no entry " + known));
        }

        private static String entries(List<EvidenceReport<?>> reports, String between) {
            return reports.stream()
                    .map(report -> report.format().entry())
                    .collect(Collectors.joining(between));
        }

        List<? extends EvidenceReport.Exchange> exchanges(Crypto crypto, Optional<Path> work)
                throws IOException, InterruptedException {
            return exchanges(protocol.orElseThrow(), crypto, work);
        }

        private <D extends Record> List<? extends EvidenceReport.Exchange> exchanges(
                EvidenceReport<D> report, Crypto crypto, Optional<Path> work)
                throws IOException, InterruptedException {
            List<D> own = documents.stream().map(report.format().document()::cast).toList();
            return report.exchanges(crypto, own, work);
        }
    }
}
