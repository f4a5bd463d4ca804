package io.evenhand.cli.evidence;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.node.delegation.WorkFolder;
import io.evenhand.protocols.delegation.evidence.Account;
import io.evenhand.protocols.delegation.evidence.Claim;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Inspection;
import io.evenhand.protocols.delegation.evidence.Party;
import io.evenhand.protocols.delegation.evidence.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/// Bundles read, checked and concluded from: what every form of the report is made of.
///
/// @param refused why nothing is concluded at all, or empty
public record Reading(List<Source> sources, List<Exchange> exchanges, Optional<String> refused) {
    /// More bundles than parties and versions of one exchange.
    private static final int MAX_BUNDLES = 16;

    /// One file that was handed in.
    ///
    /// @param keeper who put it together, if it could be read
    public record Source(String name, Bytes32 sha256, Optional<PartyId> keeper) {}

    /// One exchange that the files are about.
    ///
    /// @param verdict without what the chain denies
    /// @param denied what the bundle says and a node of the chain denies
    public record Exchange(Verdict verdict, List<Claim> denied, Optional<ChainCheck> chain) {
        private static Exchange of(Verdict verdict, Optional<ChainCheck> chain) {
            List<Claim> denied =
                    verdict.claims().stream()
                            .filter(claim ->
                                    claim.seen().isPresent()
                                            && chain.isPresent()
                                            && !chain.get().confirms(claim.seen().get()))
                            .toList();
            return new Exchange(verdict.without(denied), denied, chain);
        }

        public boolean valid() {
            return chain.map(check -> check.faults().isEmpty()).orElse(true);
        }

        /// Whether the chain confirms a claim, if the claim is about it.
        public Optional<String> confirmation(Claim claim) {
            return claim.seen()
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
            List<String> assumptions = new ArrayList<>(Account.assumptions(verdict));
            chain.ifPresent(check -> {
                assumptions.removeIf(line -> line.startsWith("Provided that block "));
                assumptions.add(
                        "Provided that the node "
                                + check.node()
                                + " tells the truth about chain "
                                + verdict.order().rail().chainId()
                                + "; it was asked at its block "
                                + check.tip()
                                + ".");
            });
            return assumptions;
        }

        /// Who is to blame for what, in the order of the parts.
        public List<String> blame() {
            Set<Party> blamed = new LinkedHashSet<>();
            verdict.claims().forEach(claim -> blamed.addAll(claim.blame()));
            return blamed.stream().sorted().map(Party::title).toList();
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
    /// @param rpc a node to ask
    /// @param work the folder of the sealed work
    public static Reading of(
            Crypto crypto, List<Path> files, Optional<JsonRpc> rpc, Optional<Path> work)
            throws IOException, InterruptedException {
        List<Source> sources = new ArrayList<>();
        List<Evidence> evidence = new ArrayList<>();
        if (files.size() > MAX_BUNDLES) {
            throw new MalformedException("at most " + MAX_BUNDLES + " bundles at once");
        }
        try {
            for (Path file : files) {
                evidence.add(read(file, sources));
            }
            List<Verdict> verdicts = Verdict.all(crypto, evidence, Optional.empty());
            if (work.isPresent()) {
                Inspection seen = WorkCheck.of(crypto, WorkFolder.read(work.get()), verdicts);
                verdicts = Verdict.all(crypto, evidence, Optional.of(seen));
            }
            List<Exchange> exchanges =
                    verdicts.stream()
                            .map(v -> Exchange.of(v, rpc.map(node -> ChainCheck.of(node, v))))
                            .toList();
            return new Reading(sources, exchanges, Optional.empty());
        } catch (MalformedException e) {
            return new Reading(sources, List.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private static Evidence read(Path file, List<Source> sources) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (Files.size(file) <= Bundle.MAX_TOTAL) {
            Bytes32 hash = Bytes32.of(Hashes.sha256(Files.readAllBytes(file)));
            sources.add(new Source(name, hash, Optional.empty()));
        }
        try {
            Evidence evidence = evidence(Bundle.read(file));
            Source source = sources.removeLast();
            sources.add(new Source(name, source.sha256(), Optional.of(evidence.keeper())));
            return evidence;
        } catch (MalformedException e) {
            throw new MalformedException(name + ": " + e.getMessage(), e);
        }
    }

    /// The one document of a bundle. Another file beside it would look as if it were proven too.
    public static Evidence evidence(Bundle bundle) {
        SortedSet<String> names = bundle.names();
        if (!names.contains(Evidence.ENTRY)) {
            boolean other =
                    names.stream().anyMatch(name -> name.startsWith("evidence/delegation-"));
            throw new MalformedException(
                    other
                            ? "written by another version of the program ("
                                    + names.first()
                                    + "); this one reads "
                                    + Evidence.ENTRY
                            : "the bundle has no entry " + Evidence.ENTRY);
        }
        names.remove(Evidence.ENTRY);
        if (!names.isEmpty()) {
            throw new MalformedException(
                    "the bundle holds " + names.first() + ", which is signed by nobody");
        }
        return Records.decode(Evidence.class, bundle.get(Evidence.ENTRY));
    }
}
