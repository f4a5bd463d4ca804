package io.evenhand.node.transport;

import io.evenhand.kit.process.Loop;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Checks that a server still listens. Helidon closes the listening socket for good when accepting
/// fails once, as when all file descriptors are in use, and says so in its log alone.
///
/// A server that nobody can reach earns and stamps nothing, so the thread ends with an exception
/// then, and the process with it: see {@link io.evenhand.kit.process.Fatal}.
final class ListenerCheck implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final int CONNECT_MILLIS = 2_000;

    private final InetSocketAddress address;
    private final Duration period;
    private final CountDownLatch closed = new CountDownLatch(1);

    private ListenerCheck(InetSocketAddress address, Duration period) {
        this.address = address;
        this.period = period;
    }

    static ListenerCheck start(InetAddress host, int port) {
        return start(host, port, PERIOD);
    }

    /// @param period between two looks
    static ListenerCheck start(InetAddress host, int port, Duration period) {
        InetAddress reachable = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
        ListenerCheck check = new ListenerCheck(new InetSocketAddress(reachable, port), period);
        Loop.LISTENER.thread("listener check", check::run).start();
        return check;
    }

    private void run() {
        try {
            while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                if (isDeaf(address) && closed.getCount() > 0) {
                    throw new IllegalStateException("nobody listens on " + address);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Only a refusal says that nobody listens: a machine that is out of sockets refuses us too,
    /// but otherwise.
    static boolean isDeaf(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
