package io.evenhand.demo.delegation.bench;

import io.evenhand.kit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What one core does with openssl: the measure beside which the speed of seals stands.
///
/// @param cipher bytes a second of AES-256-GCM
/// @param hash bytes a second of SHA-256
record OneCore(Path binary, double cipher, double hash) {
    private static final double MEBI = 1 << 20;

    /// Where the openssl is that a shell would run.
    static Optional<Path> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "openssl"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static OneCore measure(Path binary) throws IOException, InterruptedException {
        return new OneCore(binary, speed(binary, "aes-256-gcm"), speed(binary, "sha256"));
    }

    /// The last line of `openssl speed -mr` is `+F:22:NAME:BYTES_PER_SECOND`, of processor time.
    private static double speed(Path binary, String algorithm)
            throws IOException, InterruptedException {
        Process process =
                ChildProcess.start(
                        new ProcessBuilder(
                                        binary.toString(),
                                        "speed",
                                        "-mr",
                                        "-seconds",
                                        "2",
                                        "-bytes",
                                        "" + (1 << 20),
                                        "-evp",
                                        algorithm)
                                .redirectError(ProcessBuilder.Redirect.DISCARD));
        String found = "";
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("+F:")) {
                    found = line.substring(line.lastIndexOf(':') + 1);
                }
            }
        }
        if (process.waitFor() != 0 || !found.matches("\\d+\\.?\\d*")) {
            throw new IOException(binary + " does not say how fast " + algorithm + " is");
        }
        return Double.parseDouble(found);
    }

    /// MiB a second if it encrypts and hashes the same bytes.
    double both() {
        return 1 / (1 / cipher + 1 / hash) / MEBI;
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("binary", binary.toString());
        fields.put("aes256GcmMibPerSecond", Math.round(cipher / MEBI));
        fields.put("sha256MibPerSecond", Math.round(hash / MEBI));
        fields.put("bothMibPerSecond", Math.round(both()));
        return fields;
    }

    String line() {
        return "one core with %s: AES-256-GCM %.0f, SHA-256 %.0f, both %.0f MiB/s"
                .formatted(binary, cipher / MEBI, hash / MEBI, both());
    }
}
