package io.evenhand.node.stream;

/// Why a stream is over.
public enum StreamEnd {
    /// It was closed on this side.
    CLOSED,
    /// The peer closed it, between two frames.
    PEER_CLOSED,
    /// The peer went away in the middle of a frame.
    CUT,
    /// The connection broke, or what came over it was no TLS of this peer.
    BROKEN,
    /// The peer announced a frame above the limit.
    TOO_LONG,
    /// The peer announced a frame of no bytes.
    EMPTY,
    /// A frame was not whole in time after its first byte.
    TOO_SLOW,
    /// The peer did not read what was sent to it in time.
    NOT_READING,
    /// Others needed the place: this peer had too many streams, or most of all when all were taken.
    DISPLACED,
    /// Whoever handles the frames failed, as the log says.
    FAULT
}
