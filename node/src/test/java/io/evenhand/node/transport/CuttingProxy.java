package io.evenhand.node.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/// A network between client and server that counts bytes and breaks each connection after so many
/// of them, for the first few connections.
public final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final long cutAfter;
    private final AtomicLong cutsLeft;
    final AtomicLong up = new AtomicLong();
    final AtomicLong down = new AtomicLong();

    public CuttingProxy(int target, long cutAfter, int cuts) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.cutAfter = cutAfter;
        this.cutsLeft = new AtomicLong(cuts);
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listener.accept();
                join(client);
            } catch (IOException _) {
                return;
            }
        }
    }

    /// A server that is not there makes a connection that breaks at once.
    private void join(Socket client) throws IOException {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            AtomicLong budget = new AtomicLong(cutAfter);
            Thread.ofVirtual().start(() -> pump(client, server, up, budget));
            Thread.ofVirtual().start(() -> pump(server, client, down, budget));
        } catch (IOException _) {
            client.close();
        }
    }

    private void pump(Socket from, Socket to, AtomicLong count, AtomicLong budget) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                count.addAndGet(n);
                if (budget.addAndGet(-n) <= 0 && cutsLeft.getAndDecrement() > 0) {
                    return;
                }
            }
        } catch (IOException _) {
            // One side went away: closing the other passes that on.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
