package io.evenhand.node.transport;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.util.List;

/// A message on its way, with the secrets that travel beside it and the exchange they belong to.
///
/// The bytes of the message and of the secrets are never printed.
///
/// @param protocol whose message it is, such as `delegation`
/// @param ref the exchange, named by the customer's nonce
/// @param message canonical CBOR of one message
/// @param secrets what the message names but does not hold (psk, seed, salt), in a fixed order
public record Envelope(
        @Limit(Envelope.MAX_PROTOCOL) String protocol,
        Bytes32 ref,
        @Limit(Envelope.MAX_MESSAGE_BYTES) Octets message,
        @Limit(Envelope.MAX_SECRETS) List<Octets> secrets) {
    /// Largest envelope in bytes: a policy of 176 KiB or attestation evidence of 64 KiB,
    /// signatures, and room.
    public static final int MAX_BYTES = 256 * 1024;

    /// Largest message in an envelope: leaves the rest for the secrets.
    static final int MAX_MESSAGE_BYTES = MAX_BYTES - 4096;

    /// Longest name of a protocol.
    static final int MAX_PROTOCOL = 16;

    /// More secrets than any message of ours carries.
    static final int MAX_SECRETS = 4;

    public Envelope {
        secrets = List.copyOf(secrets);
    }

    @Override
    public String toString() {
        return "envelope for " + ref;
    }
}
