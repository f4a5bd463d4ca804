package io.evenhand.cli.doctor;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.Failures;
import io.evenhand.cli.Home;
import io.evenhand.cli.Units;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.command.EndedFiles;
import io.evenhand.node.store.AlarmTable;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.Journal;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The data directory: who may read it, keys, journal, space.
final class DataHome {
    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    /// Less than this, and the next delivery may not fit.
    private static final long LITTLE_BYTES = 1L << 30;

    /// Less than this, and the journal itself may not fit.
    private static final long NO_BYTES = 64L << 20;

    private DataHome() {}

    static List<Finding> look(Home home, List<CliProtocol> protocols) throws IOException {
        Path directory = home.directory();
        if (!Files.isDirectory(directory)) {
            return List.of(
                    Finding.fail(
                            "home",
                            directory + " does not exist",
                            "run \"evenhand init\", or name another directory with --home"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(owned("home", directory, "chmod 700 " + directory));
        findings.add(keys(DataDirectory.identityFile(directory)));
        findings.add(space(directory));
        findings.addAll(journal(home, protocols));
        return findings;
    }

    private static Finding owned(String what, Path path, String wayOut) throws IOException {
        Set<PosixFilePermission> others = Files.getPosixFilePermissions(path);
        others.retainAll(OTHERS);
        return others.isEmpty()
                ? Finding.ok(what, path + ", for its owner only")
                : Finding.warn(what, path + " is open to other users of this machine", wayOut);
    }

    private static Finding keys(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Finding.fail("keys", file + " does not exist", "run \"evenhand init\"");
        }
        Finding owned = owned("keys", file, "chmod 600 " + file);
        if (owned.level() != Finding.Level.OK) {
            return owned;
        }
        try {
            return NodeKeys.isLocked(file)
                    ? Finding.ok("keys", "locked with a passphrase")
                    : Finding.ok("keys", "not locked: whoever copies " + file + " has the wallet");
        } catch (StoreException e) {
            return Finding.fail("keys", String.valueOf(e.getMessage()), "restore a backup");
        }
    }

    private static Finding space(Path directory) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        String text = Units.showSize(free) + " free";
        if (free < NO_BYTES) {
            return Finding.fail("disk", text, "make room before anything else is begun");
        }
        return free < LITTLE_BYTES
                ? Finding.warn("disk", text, "make room: deliveries need space until they are paid")
                : Finding.ok("disk", text);
    }

    private static List<Finding> journal(Home home, List<CliProtocol> protocols) {
        try {
            return Journal.isIn(home.directory())
                    ? exchanges(home, protocols)
                    : List.of(Finding.ok("journal", "none yet: no exchange was begun"));
        } catch (StoreException e) {
            return List.of(
                    Finding.fail(
                            "journal",
                            String.valueOf(e.getMessage()),
                            "see docs/how-to/run-a-provider.md, \"restore\""));
        }
    }

    private static List<Finding> exchanges(Home home, List<CliProtocol> protocols) {
        try (Store store = Store.openForReading(home.directory())) {
            List<String> damage = store.damage();
            if (!damage.isEmpty()) {
                return List.of(
                        Finding.fail(
                                "journal",
                                "damaged: " + damage.getFirst(),
                                "stop the node and restore a backup"));
            }
            List<Role> roles =
                    store.sessions().all().stream()
                            .filter(row -> !row.ended())
                            .map(row -> row.key().role())
                            .toList();
            long open =
                    roles.stream()
                            .filter(role -> CliProtocol.of(protocols, role).isPresent())
                            .count();
            List<Finding> findings = new ArrayList<>();
            findings.add(Finding.ok("journal", "sound"));
            roles.stream()
                    .distinct()
                    .filter(role -> CliProtocol.of(protocols, role).isEmpty())
                    .forEach(role -> findings.add(unknown(role, roles)));
            findings.add(
                    open > 0 && !Running.on(home)
                            ? Finding.warn(
                                    "exchanges",
                                    open + " open, and nothing runs on this directory",
                                    "start the provider or stamper, or \"evenhand resume\"")
                            : Finding.ok("exchanges", open + " open"));
            findings.add(ended(home, EndedFiles.of(protocols, store, home)));
            store.alarms().all().stream().map(DataHome::alarm).forEach(findings::add);
            return findings;
        } catch (IOException e) {
            return List.of(Finding.fail("files", Failures.why(e), "make the directory readable"));
        }
    }

    /// What exchanges that are over keep, and how much of it nobody needs any more.
    private static Finding ended(Home home, List<EndedFiles> all) {
        Duration age = retention(home);
        Instant now = Instant.now();
        long bytes = all.stream().mapToLong(EndedFiles::bytes).sum();
        long old =
                all.stream()
                        .filter(one -> one.keptFor().isEmpty() && one.isOlderThan(age, now))
                        .mapToLong(EndedFiles::bytes)
                        .sum();
        String text =
                "%s of %d exchange(s) that are over".formatted(Units.showSize(bytes), all.size());
        return old == 0
                ? Finding.ok("files", text)
                : Finding.warn(
                        "files",
                        text
                                + ", %s of it older than %s"
                                        .formatted(Units.showSize(old), Units.show(age)),
                        "make room with \"evenhand evidence prune\"");
    }

    private static Duration retention(Home home) {
        try {
            return home.config().retention();
        } catch (CliException e) {
            // Told where the chain is looked at.
            return Config.RETENTION;
        }
    }

    private static Finding unknown(Role role, List<Role> open) {
        return Finding.warn(
                "exchanges",
                Collections.frequency(open, role)
                        + " open of \""
                        + role.id()
                        + "\", which this program does not know",
                "go on with them with the program that began them");
    }

    /// Money is at stake before a moment that comes nearer.
    private static Finding alarm(AlarmTable.Raised raised) {
        return raised.due().isPresent()
                ? Finding.fail("alarm", raised.line(), raised.wayOut())
                : Finding.warn("alarm", raised.line(), raised.wayOut());
    }
}
