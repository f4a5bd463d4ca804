package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `evenhand backup`: a copy of a data directory from which a node can be started.
@Command(
        name = "backup",
        description = {
            "Copy the data directory, also while its node runs. The copy holds the keys.",
            "To restore, stop the node for good, put the copy in place of the directory, and start:"
                    + " the node asks chain and peers what happened since before it signs"
                    + " anything. Never run the copy beside the original."
        },
        footer = {"", "Example:", "  evenhand backup --home ~/.evenhand-provider /mnt/safe/monday"})
public final class BackupCommand implements Callable<Integer> {
    private static final String JOURNAL = "journal.db";

    /// Belongs to the process that runs, or is made anew from the journal.
    private static final Set<String> LEFT_OUT =
            Set.of(JOURNAL, JOURNAL + "-wal", JOURNAL + "-shm", "lock", "control", "control.new");

    private final Shell shell;

    @Parameters(
            paramLabel = "DIR",
            description = "Write the copy to this directory, which must not exist.")
    private Path target = Path.of("");

    public BackupCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        Home home = shell.home();
        if (target.toString().isBlank()) {
            throw CliException.usage("DIR is empty; name a directory that does not exist");
        }
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new CliException(
                    ExitCode.STORAGE, target + " exists already: name a directory that does not");
        }
        OutputFile.checkFolder("the copy", target);
        if (isInside(home)) {
            throw CliException.usage("the copy must lie outside of " + home);
        }
        if (ListCommand.isNew(home)) {
            return copy(home, _ -> {});
        }
        // Before anything is written: what is no data directory is refused.
        try (Store store = Store.openForReading(home.directory())) {
            return copy(home, store::copyTo);
        }
    }

    /// Also by another name: the copy would hold itself.
    private boolean isInside(Home home) throws IOException {
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent()).toRealPath();
        return Files.isDirectory(home.directory())
                && folder.startsWith(home.directory().toRealPath());
    }

    private int copy(Home home, Consumer<Path> journal) throws IOException {
        Path beside = target.resolveSibling(target.getFileName() + ".part");
        if (Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
            throw new CliException(
                    ExitCode.STORAGE, beside + " is left of an earlier try: delete it");
        }
        Files.createDirectory(
                beside,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        // The journal first: every file that it speaks of is there before it does.
        journal.accept(beside.resolve(JOURNAL));
        // Not the link, if it is one.
        Path real = home.directory().toRealPath();
        Copier copier = new Copier(real, beside);
        Files.walkFileTree(real, copier);
        try (FileChannel directory = FileChannel.open(beside, StandardOpenOption.READ)) {
            directory.force(true);
        }
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        shell.output()
                .summary(
                        Map.of("directory", target.toString(), "bytes", copier.bytes),
                        "copied %s to %s; it holds keys: keep it where nobody else reads it"
                                .formatted(Units.showSize(copier.bytes), target));
        return ExitCode.OK.code();
    }

    /// Copies what is not left out; what vanishes meanwhile was of an exchange that is over.
    private static final class Copier extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;
        private long bytes;

        Copier(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                throws IOException {
            if (!directory.equals(from)) {
                PrivateFiles.directory(to.resolve(from.relativize(directory)));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            boolean copied = attributes.isRegularFile() && !isLeftOut(file);
            if (copied) {
                try {
                    Path copy = to.resolve(from.relativize(file));
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                    try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.READ)) {
                        channel.force(true);
                        bytes += channel.size();
                    }
                } catch (NoSuchFileException vanished) {
                    return FileVisitResult.CONTINUE;
                }
            }
            return FileVisitResult.CONTINUE;
        }

        private boolean isLeftOut(Path file) {
            return from.equals(file.getParent())
                    && LEFT_OUT.contains(String.valueOf(file.getFileName()));
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }
}
