package io.evenhand.node.delegation;

import io.evenhand.node.transport.Invite;
import io.evenhand.protocols.delegation.message.StamperRef;

/// A stamper that a provider hands its work to before it is paid (decisions 15).
///
/// @param invite where it is, which key it has, and the token that lets the provider in
/// @param operator who owns its machine
/// @param profile how it is attested
public record AcceptedStamper(Invite invite, StamperRef.Operator operator, String profile) {
    public StamperRef ref() {
        return new StamperRef(
                invite.server(), operator, profile, invite.host() + ":" + invite.port());
    }
}
