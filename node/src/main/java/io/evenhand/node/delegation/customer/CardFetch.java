package io.evenhand.node.delegation.customer;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.transport.ChunkSink;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a provider says of itself, fetched from it.
final class CardFetch {
    private CardFetch() {}

    /// @param directory for the file of it
    /// @throws MalformedException if it is no card, or one that no customer should follow
    static ServiceCard from(PeerClient client, Path directory)
            throws PeerException, IOException, InterruptedException {
        Path file = directory.resolve("card-" + client.server() + ".cbor");
        Files.deleteIfExists(file);
        client.download(
                DelegationWire.blob(ServiceCard.REF, ServiceCard.BLOB),
                new PeerClient.Fetch(
                        file,
                        ServiceCard.BLOB_BYTES,
                        ServiceCard.BLOB_BYTES,
                        ChunkSink.ANY,
                        Progress.NONE));
        byte[] blob = Files.readAllBytes(file);
        try {
            return ServiceCard.ofBlob(blob).checked();
        } catch (MalformedException e) {
            throw new MalformedException(client + " tells of no service: " + e.getMessage(), e);
        }
    }
}
