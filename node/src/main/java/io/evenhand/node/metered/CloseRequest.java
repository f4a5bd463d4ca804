package io.evenhand.node.metered;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.stream.PeerStream;
import io.evenhand.node.stream.StreamEnd;
import io.evenhand.node.stream.StreamHandler;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.metered.message.StreamMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A requester that wants no more rounds says so to the node, outside of any session.
record CloseRequest(Bytes32 xid) {
    /// Whether the node answered, and so closes; false if it cannot be reached or says nothing.
    boolean ask(PaidJob.Connector connector, Duration most) throws InterruptedException {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        StreamCodec codec = new StreamCodec(StreamLink.MAX_MESSAGE);
        StreamHandler handler =
                new StreamHandler() {
                    @Override
                    public void onFrame(PeerStream from, byte[] frame) {
                        try {
                            if (codec.take(frame).orElse(null) instanceof StreamMessage.Ended) {
                                boolean _ = answered.complete(true);
                            }
                        } catch (MalformedException e) {
                            from.close();
                        }
                    }

                    @Override
                    public void onClosed(PeerStream from, StreamEnd why) {
                        boolean _ = answered.complete(false);
                    }
                };
        try (PeerStream stream = connector.connect(handler)) {
            StreamLink link = new StreamLink(stream);
            link.send(new StreamMessage.Attach(xid));
            link.send(new StreamMessage.Stop());
            return answered.completeOnTimeout(false, most.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (PeerException e) {
            return false;
        }
    }
}
