package io.evenhand.cli.delegation;

import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What people are told of a stamper before they trust it with anything.
final class Stampers {
    private Stampers() {}

    /// Who runs it, and by whose word.
    static String operator(StamperRef stamper) {
        return "by the provider's own word "
                + switch (stamper.operator()) {
                    case PROVIDER -> "run by the provider itself";
                    case THIRD -> "run by a third party";
                };
    }

    /// What speaks against that, aloud.
    ///
    /// @param provider its key
    /// @param host under which the provider is reached
    static List<String> warnings(StamperRef stamper, PartyId provider, String host) {
        List<String> warnings = new ArrayList<>();
        if (stamper.key().equals(provider)) {
            warnings.add(
                    "the stamper has the provider's own key: the provider judges its own work");
        }
        if (stamper.isOnLoopback()) {
            warnings.add(
                    "the stamper has a loopback address, "
                            + stamper.endpoint()
                            + ": it runs on the machine of whoever calls it, which is no third"
                            + " party's");
        } else if (stamper.host().toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT))) {
            warnings.add(
                    "the stamper is on the provider's own host, "
                            + host
                            + ": whoever owns that machine can stamp junk");
        }
        return warnings;
    }
}
