package io.evenhand.cli.doctor;

import io.evenhand.cli.Home;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.node.store.RollbackGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Whether this user may write everything that a node writes. In each directory a file is really
/// made, flushed and removed: rights, read-only mounts and a full disk show in no other way.
final class Writable {
    private static final int PROBE_BYTES = 4_096;

    /// Of more files only so many are looked at: a directory of others' files shows in the first.
    private static final int MAX_FILES = 10_000;

    private Writable() {}

    /// @param stamper whether a stamper may run here; it alone keeps a witness
    static List<Finding> look(Home home, boolean stamper) {
        List<Finding> findings = new ArrayList<>();
        try {
            // Not the link, if it is one.
            Path directory = home.directory().toRealPath();
            owner(directory).ifPresent(findings::add);
            findings.add(inside(directory));
            if (stamper) {
                findings.add(witness(directory));
            }
        } catch (IOException | UncheckedIOException e) {
            findings.add(unwritable("files", home.directory(), why(e)));
        }
        findings.add(temporary());
        return findings;
    }

    private static String why(Exception e) {
        return e instanceof UncheckedIOException wrapped
                ? FileTrouble.of(wrapped)
                : FileTrouble.of((IOException) e);
    }

    /// What root may do says nothing about the user of a service.
    private static Optional<Finding> owner(Path directory) throws IOException {
        String owner = Files.getOwner(directory).getName();
        String user = System.getProperty("user.name");
        return owner.equals(user)
                ? Optional.empty()
                : Optional.of(
                        Finding.warn(
                                "user",
                                directory + " belongs to " + owner + ", this is " + user,
                                "run it as the user that the node runs as, to see what that user"
                                        + " may do"));
    }

    /// The directory itself and all below it: journal, blobs, bundles, outputs, control line.
    private static Finding inside(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> paths = all.limit(MAX_FILES).toList();
            for (Path path : paths) {
                Optional<String> fault = fault(directory, path);
                if (fault.isPresent()) {
                    return unwritable("files", path, fault.get());
                }
            }
        } catch (UncheckedIOException e) {
            // A running node deletes what it needs no more.
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
        }
        return Finding.ok("files", "all can be written");
    }

    private static Optional<String> fault(Path directory, Path path) {
        if (path.equals(directory) || directory.equals(path.getParent())) {
            if (Files.isDirectory(path)) {
                return probe(path);
            }
        }
        return Files.exists(path) && !Files.isWritable(path)
                ? Optional.of("this user may not write it")
                : Optional.empty();
    }

    private static Finding unwritable(String what, Path path, String why) {
        return Finding.fail(
                what,
                path + " cannot be written: " + why,
                "run it as the owner of the directory, give it to this user (chown -R), or make"
                        + " room");
    }

    private static Finding witness(Path directory) throws IOException {
        Path witness = RollbackGuard.of(directory);
        Optional<String> fault =
                Files.exists(witness)
                        ? fault(directory, witness)
                        : probe(witness.resolveSibling(""));
        return fault.map(why ->
                        Finding.fail(
                                "witness",
                                witness + " cannot be written: " + why,
                                "no stamper starts here: give it a data directory inside of a"
                                        + " folder of its user, as in --home "
                                        + directory.resolve("home")))
                .orElseGet(() -> Finding.ok("witness", witness + " can be written"));
    }

    /// Nothing that serves needs it.
    private static Finding temporary() {
        Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        return probe(directory)
                .map(why ->
                        Finding.warn(
                                "temporary",
                                "no file can be made in " + directory + ": " + why,
                                "demo, bench and verify need one: name another with TMPDIR"))
                .orElseGet(() -> Finding.ok("temporary", directory + " can be written"));
    }

    /// Why no file can be made in a directory.
    private static Optional<String> probe(Path directory) {
        try {
            Path file = Files.createTempFile(directory, ".doctor", "");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.allocate(PROBE_BYTES);
                while (bytes.hasRemaining()) {
                    int _ = channel.write(bytes);
                }
                channel.force(true);
                return Optional.empty();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return Optional.of(FileTrouble.reason(e));
        }
    }
}
