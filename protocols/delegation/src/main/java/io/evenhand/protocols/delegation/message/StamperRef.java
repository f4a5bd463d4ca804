package io.evenhand.protocols.delegation.message;

import io.evenhand.kit.value.PartyId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The stamper that both sides agree on (decisions 15): who runs it and how it is attested.
///
/// @param endpoint `host:port` where it listens; its TLS key must be `key`
/// @param profile attestation profile; `software` protects nothing against the machine's owner
public record StamperRef(PartyId key, Operator operator, String profile, String endpoint) {
    private static final int MAX_PORT = 65_535;

    /// Who owns the stamper's machine. Never the customer, who would see the work before paying.
    public enum Operator {
        PROVIDER,
        THIRD
    }

    private static final Pattern ADDRESS = Pattern.compile("([A-Za-z0-9.:-]{1,253}):([0-9]{1,5})");

    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)localhost[.]?|127[.][0-9.]+|(0*:)+0*1|::ffff:127[.][0-9.]+");

    /// Whether the endpoint is `host:port`.
    public boolean hasAddress() {
        Matcher parts = ADDRESS.matcher(endpoint);
        return parts.matches()
                && Integer.parseInt(parts.group(2)) >= 1
                && Integer.parseInt(parts.group(2)) <= MAX_PORT;
    }

    /// The name or address of its machine.
    public String host() {
        return endpoint.substring(0, Math.max(0, endpoint.lastIndexOf(':')));
    }

    /// Whether it is reached on no other machine than that of whoever reaches it.
    public boolean isOnLoopback() {
        return LOOPBACK.matcher(host()).matches();
    }
}
