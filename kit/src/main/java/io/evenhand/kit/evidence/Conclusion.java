package io.evenhand.kit.evidence;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the evidence about one exchange proves: deterministic and offline. What is missing proves
/// nothing; it never proves the opposite.
public interface Conclusion {
    /// By which all parties call the exchange, from before there was an agreement.
    Bytes32 exchange();

    /// Unless the evidence is of before there was an agreement.
    Optional<Xid> xid();

    /// Who put the evidence together; of several, the first.
    PartyId keeper();

    /// The parts of the exchange, such as `customer`, and who holds them.
    Map<String, PartyId> parts();

    End outcome();

    List<Finding> findings();

    /// The story in one paragraph, for somebody who never saw the software.
    String summary();

    /// What a reader might take for shown and is not.
    List<String> notProven();

    /// What all findings stand on; what a single one stands on it says itself.
    List<String> assumptions();

    /// The same without findings that turned out false, such as what a node of the chain denies.
    Conclusion without(List<Finding> denied);

    default boolean proves(Finding.Kind kind) {
        return findings().stream().anyMatch(finding -> finding.kind().equals(kind));
    }

    /// What an outcome means for those who took part.
    enum Ending {
        /// What was agreed was done.
        WELL,
        /// It was not, and nobody lost what is theirs.
        UNDONE,
        /// Somebody lost.
        BADLY
    }

    /// How an exchange stands or ended: an enum of its protocol.
    interface End {
        /// Such as `SETTLED`.
        String name();

        /// In plain words.
        String text();

        /// How it looks to somebody who glances at it.
        Ending ending();
    }
}
