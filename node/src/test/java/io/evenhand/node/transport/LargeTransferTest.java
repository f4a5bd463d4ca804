package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.process.ChildProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeTransferTest {
    private static final long SIZE = 256L << 20;

    @TempDir Path directory;

    @Test
    @DisplayName("S5: 256 MiB go up and down in a process with 48 MiB of heap for both ends")
    void smallHeap() throws Exception {
        Path log = directory.resolve("log");
        Process process =
                ChildProcess.start(
                        new ProcessBuilder(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx48m",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        LargeTransferTest.class.getName(),
                                        directory.toString())
                                .redirectErrorStream(true)
                                .redirectOutput(log.toFile()));
        int _ = process.waitFor();
        assertEquals(0, process.exitValue(), Files.readString(log));
    }

    /// Both ends in one process: a chunk is its number, over and over.
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        TlsIdentity server = TestNode.identity(1);
        TlsIdentity client = TestNode.identity(2);
        TestNode node = new TestNode(directory);
        node.known.add(client.party());
        Path file = directory.resolve("file");
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < SIZE / TestFiles.CHUNK; i++) {
                out.write(chunk(i));
            }
        }
        try (PeerServer listening = node.serve(server);
                PeerClient calling =
                        new PeerClient(
                                client,
                                "127.0.0.1",
                                listening.port(),
                                server.party(),
                                PeerClientOptions.DEFAULT)) {
            long start = System.nanoTime();
            calling.upload(TestNode.blob("input"), file, Progress.NONE);
            long up = System.nanoTime();
            node.files.put("sealed", new PeerHandler.BlobSource(node.path("input"), SIZE));
            calling.download(
                    TestNode.blob("sealed"),
                    new PeerClient.Fetch(
                            directory.resolve("target"),
                            SIZE,
                            TestFiles.CHUNK,
                            LargeTransferTest::check,
                            Progress.NONE));
            long down = System.nanoTime();
            System.out.printf(
                    "up %d ms, down %d ms%n", (up - start) / 1000000, (down - up) / 1000000);
        }
        if (Files.mismatch(file, directory.resolve("target")) >= 0) {
            throw new IOException("the files differ");
        }
    }

    private static ByteBuffer chunk(long index) {
        ByteBuffer chunk = ByteBuffer.allocate(TestFiles.CHUNK);
        while (chunk.hasRemaining()) {
            chunk.putLong(index);
        }
        return chunk.flip();
    }

    private static void check(long index, ByteBuffer chunk) {
        if (!chunk.equals(chunk(index))) {
            throw new MalformedException("another chunk");
        }
    }
}
