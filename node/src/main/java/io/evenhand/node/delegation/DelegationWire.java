package io.evenhand.node.delegation;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.Node;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.OutboundWire;
import io.evenhand.node.peer.ServerLink;
import io.evenhand.node.transport.BlobName;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
import java.util.Map;

/// A delegation's messages on their way in and out of a node.
public record DelegationWire(InboundWire<Message> inbound, OutboundWire<Message> outbound) {
    /// A file of an exchange, on the wire.
    public static BlobName blob(Bytes32 ref, String name) {
        return new BlobName(DelegationMessages.PROTOCOL, ref, name);
    }

    /// Takes what servers say in a delegation.
    public static Map<String, ServerLink.Taker> taker(ServerLink.Taker taker) {
        return Map.of(DelegationMessages.PROTOCOL, taker);
    }

    public static DelegationWire of(Node node) {
        DelegationAttachments attachments =
                new DelegationAttachments(node.files(), node.identity().party());
        return new DelegationWire(
                new InboundWire<>(DelegationMessages.FORMAT, attachments, node.store().keys()),
                new OutboundWire<>(DelegationMessages.FORMAT, attachments, node.store().keys()));
    }
}
