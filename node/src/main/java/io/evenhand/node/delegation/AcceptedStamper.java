package io.evenhand.node.delegation;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.ServerTable;
import io.evenhand.node.transport.Invite;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.util.Optional;

/// A stamper that a provider hands its work to before it is paid (decisions 15).
///
/// @param invite where it is, and the token that lets the provider in; nothing if it did before
/// @param operator who owns its machine
/// @param profile how it is attested
public record AcceptedStamper(
        PartyId key, Optional<Invite> invite, StamperRef.Operator operator, String profile) {
    public AcceptedStamper(Invite invite, StamperRef.Operator operator, String profile) {
        this(invite.server(), Optional.of(invite), operator, profile);
    }

    /// How customers are told of it.
    ///
    /// @param known the servers that let the provider in before
    public StamperRef ref(ServerTable known) {
        String endpoint =
                invite.map(invited -> invited.host() + ":" + invited.port())
                        .orElseGet(() -> endpoint(known));
        return new StamperRef(key, operator, profile, endpoint);
    }

    private String endpoint(ServerTable known) {
        ServerTable.Server server =
                known.find(key)
                        .orElseThrow(() ->
                                new MalformedException(
                                        "no address is known for the stamper "
                                                + key
                                                + ": name it once by its invite"));
        if (!server.service().equals(DelegationRoles.STAMPER.part())) {
            throw new MalformedException(
                    key + " is known as a " + server.service() + ", not as a stamper");
        }
        return server.host() + ":" + server.port();
    }
}
