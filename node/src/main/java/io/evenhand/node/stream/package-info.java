/// Frames both ways between two nodes, over one connection that lasts: for what is too fast for a
/// request and an answer each.
///
/// ```
/// client                                  server, on a port of its own
///   TLS 1.3, both keys pinned or let in  <->  (TlsChannel, TlsListener)
///   u32 length || bytes                  <->  u32 length || bytes          1 to 2^20 bytes a frame
///
///   send --> queue of frames --> one thread that writes: what waits together leaves together
///   one thread that reads --> StreamHandler.onFrame, in order
/// ```
///
/// Frames arrive in order, each at most once; when a stream ends, nobody knows which of the last
/// ones arrived: both sides say again what matters, over a new stream. Nothing here knows what a
/// frame holds, and nothing is stored.
@NullMarked
package io.evenhand.node.stream;

import org.jspecify.annotations.NullMarked;
