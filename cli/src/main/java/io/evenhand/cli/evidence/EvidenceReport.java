package io.evenhand.cli.evidence;

import io.evenhand.kit.evidence.Conclusion;
import io.evenhand.kit.evidence.EvidenceFormat;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.ledger.evm.JsonRpc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `verify` asks one protocol: what its evidence proves, and what only the protocol knows of
/// the work and of the chain.
///
/// @param <D> the document of a bundle
public interface EvidenceReport<D extends Record> {
    EvidenceFormat<D> format();

    /// What its exchanges are about, such as `the delegation of work for a wage`.
    String about();

    /// Checks and concludes, one for each exchange.
    ///
    /// @param work the folder of a work that is to be opened and judged
    List<? extends Exchange> exchanges(Crypto crypto, List<D> documents, Optional<Path> work)
            throws IOException, InterruptedException;

    /// One exchange that documents are about.
    interface Exchange {
        Conclusion conclusion();

        /// Asks a node of the chain.
        ///
        /// @throws io.evenhand.ledger.evm.LedgerException if it cannot say, as when it serves
        ///   another chain
        ChainCheck check(JsonRpc node);

        /// What was agreed, in a few rows: name and value.
        Map<String, String> glance();

        /// Keys, hashes and transactions, whole, for experts.
        Map<String, String> identifiers();
    }
}
