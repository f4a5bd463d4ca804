/// How two nodes talk: mutual TLS between pinned Ed25519 keys, one server and clients that call in.
///
/// ```
/// client                                   server
///   POST /v1/join        one-time token ->  its key may call from now on
///   POST /v1/messages    Envelope       ->  deliver
///   GET  /v1/outbox      after=N        <-  what waits for this peer, after at most 30 s
///   HEAD /v1/blobs/P/R/N   Upload-Length  <-  Upload-Offset: bytes held
///   PUT  /v1/blobs/P/R/N   Content-Range  ->  appended, flushed, checked by the handler
///   GET  /v1/blobs/P/R/N   Range          <-  bytes of a file this peer may read
/// ```
///
/// A file moves in pieces, a {@link io.evenhand.node.transport.Pipeline} of them: at most a MiB is
/// asked for or sent and not answered.
///
/// {@link io.evenhand.node.transport.PeerServer} and {@link io.evenhand.node.transport.PeerClient}
/// are the two ends. Everything here handles bytes, names and keys of peers; what a message means
/// is for whoever implements {@link io.evenhand.node.transport.PeerHandler}.
///
/// The handshake proves that the peer holds its key, nothing more: whether that key may call is
/// asked of the handler for every request. TLS ends in this process, never in a proxy (decisions 3,
/// 20).
@NullMarked
package io.evenhand.node.transport;

import org.jspecify.annotations.NullMarked;
