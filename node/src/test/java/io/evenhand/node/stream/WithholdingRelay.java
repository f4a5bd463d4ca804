package io.evenhand.node.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A network between one client and a server, which keeps the last byte of what the client sends
/// back once it is told to.
final class WithholdingRelay implements AutoCloseable {
    private final ServerSocket listener;
    private volatile boolean withholds;

    WithholdingRelay(int target) throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(() -> {
                    try (Socket client = listener.accept();
                            Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                        Thread back = Thread.ofVirtual().start(() -> pump(server, client, false));
                        pump(client, server, true);
                        back.join();
                    } catch (IOException | InterruptedException _) {
                        // The test is over.
                    }
                });
    }

    int port() {
        return listener.getLocalPort();
    }

    void withhold() {
        withholds = true;
    }

    private void pump(Socket from, Socket to, boolean fromClient) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, fromClient && withholds ? n - 1 : n);
            }
        } catch (IOException _) {
            // One side went away.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
