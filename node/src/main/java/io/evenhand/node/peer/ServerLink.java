package io.evenhand.node.peer;

import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.Alarms;
import io.evenhand.node.Backoff;
import io.evenhand.node.EventSink;
import io.evenhand.node.Trouble;
import io.evenhand.node.store.PeerOutboxTable;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.Received;
import io.evenhand.node.transport.Refused;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Our end of a connection to a server: what we send, and one thread that reads its outbox for
/// ever.
///
/// How far the outbox was read is stored after the messages themselves are, so that after a crash
/// some are read twice, and none is missed.
public final class ServerLink implements AutoCloseable {
    /// The transport's longest poll.
    private static final Duration POLL = Duration.ofSeconds(30);

    private final PeerClient client;
    private final PeerOutboxTable cursors;
    private final Taker taker;
    private final EventSink events;
    private final Alarms alarms;
    private final String part;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /// What this thread has read; the cursor may not show it yet.
    private long read;

    /// Takes a message over for good.
    public interface Taker {
        void take(PartyId from, Envelope envelope) throws Refused;
    }

    ServerLink(
            PeerClient client,
            PeerOutboxTable cursors,
            Taker taker,
            EventSink events,
            Alarms alarms) {
        this.alarms = alarms;
        this.part = "outbox of " + client.server();
        this.client = client;
        this.cursors = cursors;
        this.taker = taker;
        this.events = events;
        this.thread = Loop.LINK.virtual(part, this::run);
        thread.start();
    }

    public PeerClient client() {
        return client;
    }

    private void run() {
        Backoff backoff = new Backoff();
        String told = "";
        while (closed.getCount() > 0) {
            try {
                read();
                backoff.reset();
                told = "";
                alarms.works(part);
                continue;
            } catch (InterruptedException e) {
                return;
            } catch (PeerException | AgainException e) {
                String why = String.valueOf(e.getMessage());
                if (closed.getCount() > 0 && !why.equals(told)) {
                    told = why;
                    events.trouble(why);
                }
            } catch (RuntimeException e) {
                if (closed.getCount() > 0) {
                    alarms.fails(part, e);
                }
            }
            try {
                if (closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void read() throws PeerException, AgainException, InterruptedException {
        PartyId server = client.server();
        // The question says that we have all that was read before.
        cursors.flush();
        List<Received> items = client.poll(Math.max(read, cursors.cursor(server)), POLL);
        for (Received item : items) {
            try {
                taker.take(server, item.envelope());
            } catch (Refused e) {
                if (e.kind().again()) {
                    throw new AgainException(e.reason());
                }
                events.trouble(
                        Trouble.MESSAGE_PASSED_OVER,
                        "a message of " + server + " is passed over: " + e.reason());
            }
            cursors.advance(server, item.seq());
            read = item.seq();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        client.close();
    }
}
