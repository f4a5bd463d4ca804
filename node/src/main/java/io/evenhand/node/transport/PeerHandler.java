package io.evenhand.node.transport;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a node does with what its peers send: the server calls it on the virtual thread of the
/// request, for many peers at the same time. `peer` has proved that it holds its key.
public interface PeerHandler {
    /// What this key may do here.
    Standing standing(PartyId peer);

    /// The peer asks to be let in: uses the token up and makes the key known, or says no. The peer
    /// that used a token may present it again, as its answer may have been lost; for anybody else
    /// it is spent.
    boolean join(PartyId peer, Bytes32 token);

    /// Stores a message, which came from there: once this returns the peer will not send it again.
    /// The same message may still arrive more than once.
    void deliver(PartyId from, Origin origin, Envelope envelope) throws Refused;

    /// What waits for this peer with a number above `afterSeq`, oldest first, at most `limit`. The
    /// peer has everything up to `afterSeq`, so that may be erased.
    List<Outgoing> outbox(PartyId peer, long afterSeq, int limit);

    /// A file this peer may read under this name, or empty if there is none (yet).
    Optional<BlobSource> readable(PartyId peer, BlobName blob) throws Refused;

    /// Agrees to receive a file of `totalSize` bytes, and says where it goes. Asked again for every
    /// piece, so it must give the same answer until {@link #written} was called. No other peer or
    /// name may share the path; `path` plus `.part` holds what has arrived so far.
    BlobTarget accept(PartyId peer, BlobName blob, long totalSize) throws Refused;

    /// The whole file is there; it is flushed unless it is small: then whoever relies on it keeps
    /// its bytes in the journal. Called again if the peer did not get the answer. If it is refused
    /// for good, the file is deleted.
    void written(PartyId peer, BlobName blob, Path file) throws Refused;

    /// The server said no, for good, to what this peer asked for in an exchange.
    ///
    /// @param what such as `the upload of work-2`
    default void turnedAway(PartyId peer, String protocol, Bytes32 ref, String what, Refused why) {}

    /// A file to read, whose first `size` bytes do not change any more.
    record BlobSource(Path path, long size) {}

    /// Bytes that have arrived so far of a file that is to lie there.
    static long held(Path target) throws IOException {
        return PartFile.held(target);
    }

    /// A place for a file of at most `limit` bytes.
    record BlobTarget(Path path, long limit) {}
}
