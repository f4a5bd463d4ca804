package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.EvidenceSource;
import io.evenhand.cli.command.InputFile;
import io.evenhand.cli.command.OutputFile;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.EvidenceMaker;
import io.evenhand.node.delegation.WorkFolder;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// Evidence of a delegation: what the node wrote when it ended, or what its journal says now.
final class DelegationEvidence implements EvidenceSource {
    @Override
    public Optional<Made> make(Shell shell, NodeKeys keys, Store store, SessionKey session) {
        RealCrypto crypto = new RealCrypto(keys.identity(), handle -> store.keys().secret(handle));
        return written(shell, store, crypto, session)
                .or(() -> make(shell, store, keys, crypto, session))
                .map(evidence -> made(crypto, evidence));
    }

    private static Made made(RealCrypto crypto, Evidence evidence) {
        Verdict verdict = Verdict.of(crypto, evidence);
        return new Made(
                Evidence.FORMAT.bundle(evidence),
                verdict.findings().stream().map(finding -> finding.kind().name()).toList());
    }

    @Override
    public boolean isBundle(Path file) throws IOException {
        try {
            Evidence _ = Evidence.FORMAT.read(Bundle.read(file));
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    @Override
    public void work(
            Shell shell,
            NodeKeys keys,
            Store store,
            SessionKey session,
            Path folder,
            Optional<Path> hidden)
            throws IOException {
        if (!session.role().equals(DelegationRoles.CUSTOMER)) {
            throw CliException.usage("--with-work: only the customer can open the work");
        }
        if (folder.toString().isBlank()) {
            throw CliException.usage("--with-work is empty; name a new folder");
        }
        OutputFile.checkFolder("--with-work", folder);
        Optional<Path> own = hidden.map(file -> InputFile.check("the hidden data", file));
        if (WorkFolder.write(store, keys.identity(), shell.home().directory(), session, folder, own)
                .isEmpty()) {
            throw new CliException(
                    ExitCode.FAILED,
                    WorkFolder.came(store, session)
                            ? "--with-work: the sealed work came, and is not here any more:"
                                    + " \"evenhand evidence prune\" removes it; what still shows it is"
                                    + " a folder made earlier with --with-work, or the provider's"
                                    + " copy, if it has one left"
                            : "--with-work: the sealed work never came, so there is none");
        }
    }

    /// What the node wrote when the exchange ended; then no chain has to answer.
    private static Optional<Evidence> written(
            Shell shell, Store store, RealCrypto crypto, SessionKey session) {
        Path file = EvidenceMaker.file(shell.home().directory(), store, crypto, session);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Evidence.FORMAT.read(Bundle.read(file)));
        } catch (MalformedException e) {
            // Somebody damaged it: it is made again from the journal.
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A stamper watches no chain, and a party needs one only once there is a deposit.
    private static Optional<Evidence> make(
            Shell shell, Store store, NodeKeys keys, RealCrypto crypto, SessionKey session) {
        InstantSource clock = InstantSource.system();
        EvidenceMaker.Chain chain =
                session.role().equals(DelegationRoles.STAMPER)
                        ? EvidenceMaker.Chain.none()
                        : (from, rail, deal) -> {
                            ChainConfig config = Chains.configured(shell.home());
                            try (JsonRpc rpc = JsonRpc.open(config.endpoint());
                                    ChainWatcher watcher =
                                            ChainWatcher.start(
                                                    rpc,
                                                    ChainWatcher.Settings.of(config.finality()),
                                                    clock)) {
                                return new Escrow(watcher, Optional.empty())
                                        .history(rail, deal, from);
                            }
                        };
        return new EvidenceMaker(store, keys.identity(), crypto, chain)
                .make(session, clock.instant());
    }
}
