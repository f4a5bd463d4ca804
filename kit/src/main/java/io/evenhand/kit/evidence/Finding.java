package io.evenhand.kit.evidence;

import java.util.List;
import java.util.Optional;

/// One thing that evidence proves, in plain words.
///
/// @param basis what it rests on: whose signature
/// @param provided what it stands on beside the signatures, or empty
/// @param blame the parts in the exchange, such as `customer`, whose holder did what an honest
///   party's program never does
/// @param seen the transaction it is about, which a node of the chain can confirm or deny
public record Finding(
        Kind kind,
        String sentence,
        String basis,
        String provided,
        List<String> blame,
        Optional<Sighting> seen) {
    public Finding {
        blame = List.copyOf(blame);
    }

    /// What somebody did wrong, or nobody.
    public static Finding blaming(Kind kind, String sentence, String basis, List<String> blame) {
        return new Finding(kind, sentence, basis, "", blame, Optional.empty());
    }

    public static Finding of(Kind kind, String sentence, String basis, String provided) {
        return new Finding(kind, sentence, basis, provided, List.of(), Optional.empty());
    }

    /// What a chain shows.
    public static Finding seen(
            Kind kind, String sentence, String basis, String provided, Sighting seen) {
        return new Finding(kind, sentence, basis, provided, List.of(), Optional.of(seen));
    }

    /// A protocol's kinds of findings are an enum of its own.
    public interface Kind {
        /// Such as `PAID`.
        String name();
    }
}
