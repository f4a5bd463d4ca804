package io.evenhand.cli.evidence.delegation;

import io.evenhand.enclave.client.Assignment;
import io.evenhand.enclave.client.Hosts;
import io.evenhand.enclave.client.Outcome;
import io.evenhand.enclave.client.TimeLimits;
import io.evenhand.enclave.policy.HiddenData;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.seal.ChunkVerifier;
import io.evenhand.kit.seal.Opener;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.WorkFolder;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Inspection;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Order;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/// Opens and judges the work itself, when it is handed in. What does not belong to the exchange is
/// refused before anything is said about the work: no other file can make honest work look bad.
final class WorkCheck {
    private WorkCheck() {}

    /// @param verdicts from the bundles alone
    static Inspection of(Crypto crypto, WorkFolder folder, List<Verdict> verdicts)
            throws IOException, InterruptedException {
        Verdict verdict =
                verdicts.stream()
                        .filter(v -> v.xid().filter(folder.xid()::equals).isPresent())
                        .findFirst()
                        .orElseThrow(() -> new MalformedException("work: of another exchange"));
        if (!SecretNames.pskId(folder.psk()).equals(verdict.order().pskId())) {
            throw new MalformedException("work: not the pre-shared secret of the Terms");
        }
        RevealedKey key =
                verdict.published(crypto)
                        .orElseThrow(() ->
                                new MalformedException(
                                        "work: the bundle holds no published key to open it with"));
        SealHeader header =
                verdict.delivered(crypto)
                        .orElseThrow(() ->
                                new MalformedException(
                                        "work: the bundle holds no delivery as agreed"));
        Path directory = Files.createTempDirectory("evenhand-verify");
        Path out = directory.resolve("work");
        try {
            Optional<String> fault = open(folder, header, key, out);
            if (fault.isPresent()) {
                return new Inspection(
                        folder.xid(),
                        header.sealId(),
                        false,
                        Inspection.Judged.UNDECIDED,
                        fault.get(),
                        0,
                        Bytes32.ZERO);
            }
            return judge(folder, verdict, header, out);
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(directory);
        }
    }

    /// Why the seal does not open. The ciphertext is the very one that the seal names, so a fault
    /// is the sealer's.
    private static Optional<String> open(
            WorkFolder folder, SealHeader header, RevealedKey key, Path out) throws IOException {
        try {
            header.check();
        } catch (MalformedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        int held = ChunkVerifier.of(header, folder.leaves()).held(folder.sealed()).cardinality();
        if (held != header.chunks() || Files.size(folder.sealed()) != header.ciphertextLength()) {
            throw new MalformedException("work: not the ciphertext that the seal names");
        }
        try {
            Opener.open(header, folder.sealed(), key, Optional.of(folder.psk()), out);
            return Optional.empty();
        } catch (MalformedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Inspection judge(
            WorkFolder folder, Verdict verdict, SealHeader header, Path work)
            throws IOException, InterruptedException {
        Order order = verdict.order();
        Inspection.Judged judged = Inspection.Judged.UNDECIDED;
        String detail = "the policy is not in the bundle";
        Optional<Evidence.PolicyText> text = verdict.evidence().policy();
        if (text.isPresent()) {
            // Also where the policy reads none: it may know their length.
            if (!HiddenData.commitment(folder.hiddenSalt(), folder.hidden())
                    .equals(order.hiddenCommit())) {
                throw new MalformedException(
                        "work: not the hidden data of the Terms; the customer names its file of them"
                                + " with --hidden");
            }
            switch (judge(text.get().text(), work, folder.hidden())) {
                case Outcome.Judged(var said) -> {
                    judged = said.passed() ? Inspection.Judged.PASSES : Inspection.Judged.FAILS;
                    detail = said.detail();
                }
                case Outcome.WorkChanged _ -> detail = "the opened work changed meanwhile";
                case Outcome.Unjudged(String why) -> detail = why;
                case Outcome.Failed(String why) -> detail = why;
            }
        }
        return new Inspection(
                folder.xid(),
                header.sealId(),
                true,
                judged,
                detail,
                Files.size(work),
                sha256(work));
    }

    private static Outcome judge(String policy, Path work, Path hidden)
            throws IOException, InterruptedException {
        try (Hosts hosts = new Hosts()) {
            return hosts.judge(policy, Assignment.of(policy, work, hidden), TimeLimits.STAMPER);
        }
    }

    private static Bytes32 sha256(Path file) throws IOException {
        MessageDigest digest = Hashes.newSha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return Bytes32.of(digest.digest());
    }
}
