package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.evidence.Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The URL of a node may hold a key, and every user of a machine can read the arguments of its
/// processes.
class UrlInFileTest extends Typing {
    private static final String URL = "http://127.0.0.1:1/c0ffee\n";

    private void asked(Run run) {
        assertTrue(run.err().contains("http://127.0.0.1:1"), run.err());
        assertFalse(run.err().contains("c0ffee"), run.err());
        refused(run, ExitCode.UNREACHABLE.code(), "");
    }

    @Test
    @DisplayName("a node's URL comes from a file or from standard input, and is not shown")
    void named() throws IOException {
        Path file = Files.writeString(folder.resolve("node.url"), URL);
        asked(run("deploy", "--rpc", "@" + file));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(URL.getBytes(StandardCharsets.US_ASCII)));
        try {
            asked(run("deploy", "--rpc", "-"));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    @DisplayName("a file that is missing, empty or no URL is named, by both commands")
    void faults() throws IOException {
        Path bundle = folder.resolve("one.asice");
        Bundle.of(Map.of("statements/one.cbor", new byte[1])).write(bundle);
        String none = "@" + folder.resolve("none");
        assertTrue(run("deploy", "--rpc", none).err().contains("the URL of --rpc"));
        assertTrue(
                run("verify", bundle.toString(), "--rpc", none).err().contains("the URL of --rpc"));
        Path file = Files.writeString(folder.resolve("empty"), "\n");
        assertTrue(run("deploy", "--rpc", "@" + file).err().contains("there is no URL"));
        Path other = Files.writeString(folder.resolve("other"), "ftp://a/c0ffee");
        Run refused = run("verify", bundle.toString(), "--rpc", "@" + other);
        assertTrue(refused.err().contains("--rpc"), refused.err());
        assertFalse(refused.err().contains("c0ffee"), refused.err());
    }
}
