package io.evenhand.protocols.delegation.message;

import io.evenhand.kit.value.PartyId;

/// The stamper that both sides agree on (decisions 15): who runs it and how it is attested.
///
/// @param endpoint `host:port` where it listens; its TLS key must be `key`
/// @param profile attestation profile; `software` protects nothing against the machine's owner
public record StamperRef(PartyId key, Operator operator, String profile, String endpoint) {
    private static final int MAX_PORT = 65_535;

    private static final int MAX_DIGITS = 5;

    /// The longest host name DNS knows.
    private static final int MAX_HOST = 253;

    /// In front of an IPv4 address that is written as one of IPv6.
    private static final String MAPPED = "::ffff:";

    /// Who owns the stamper's machine. Never the customer, who would see the work before paying.
    public enum Operator {
        PROVIDER,
        THIRD
    }

    /// Whether the endpoint is `host:port`.
    public boolean hasAddress() {
        String host = host();
        String port = endpoint.substring(endpoint.lastIndexOf(':') + 1);
        boolean named =
                !host.isEmpty()
                        && host.length() <= MAX_HOST
                        && host.chars().allMatch(StamperRef::isHost);
        return named
                && !port.isEmpty()
                && port.length() <= MAX_DIGITS
                && port.chars().allMatch(c -> c >= '0' && c <= '9')
                && Integer.parseInt(port) >= 1
                && Integer.parseInt(port) <= MAX_PORT;
    }

    private static boolean isHost(int c) {
        return c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == ':' || c == '-');
    }

    /// The name or address of its machine.
    public String host() {
        return endpoint.substring(0, Math.max(0, endpoint.lastIndexOf(':')));
    }

    /// Whether it is reached on no other machine than that of whoever reaches it.
    public boolean isOnLoopback() {
        String host = host();
        boolean mapped = host.regionMatches(true, 0, MAPPED, 0, MAPPED.length());
        String plain = mapped ? host.substring(MAPPED.length()) : host;
        boolean four =
                plain.startsWith("127.")
                        && plain.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        boolean six =
                host.endsWith("1")
                        && host.indexOf(':') >= 0
                        && host.substring(0, host.length() - 1)
                                .chars()
                                .allMatch(c -> c == '0' || c == ':');
        return four
                || six
                || host.equalsIgnoreCase("localhost")
                || host.equalsIgnoreCase("localhost.");
    }
}
