package io.evenhand.node.stream;

/// What a node does with the frames of its peers. It is called on the one thread that reads a
/// stream, for many streams at the same time.
public interface StreamHandler {
    /// A frame came. The next one is not read before this returns: so a peer that sends faster than
    /// it is served waits. Whoever waits for the peer's own next frame here waits for ever.
    ///
    /// @param frame 1 to 2^20 bytes, the receiver's to keep
    void onFrame(PeerStream stream, byte[] frame);

    /// The stream is over: called once, after the last frame.
    void onClosed(PeerStream stream, StreamEnd why);
}
