package io.evenhand.cli.command;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.cli.Units;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `evenhand evidence prune`: makes room.
@Command(
        name = "prune",
        description = {
            "Remove the large files of exchanges that ended long ago: sealed and opened works, hidden data.",
            "What is open, not delivered yet, still owed to a peer, or proof of a fault stays; so do the",
            "journal and the evidence bundles. Works that you had written to --output are yours and stay.",
            "Afterwards nobody else can be shown the work itself: make what a judge may need first, with",
            "\"evenhand evidence XID --with-work DIR\"."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand evidence prune --dry-run",
            "  evenhand evidence prune --older-than 30d"
        })
final class PruneCommand implements Callable<Integer> {
    private final Shell shell;
    private final List<CliProtocol> protocols;

    @Mixin private final KeyOptions keys = new KeyOptions();

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            description =
                    "Remove those of exchanges that ended so long ago (default: \"retention\" in"
                            + " config.yaml, else 90d).")
    private Optional<Duration> olderThan = Optional.empty();

    @Option(names = "--dry-run", description = "Say what would be removed, and remove nothing.")
    private boolean dry;

    PruneCommand(Shell shell, List<CliProtocol> protocols) {
        this.shell = shell;
        this.protocols = List.copyOf(protocols);
    }

    @Override
    public Integer call() throws IOException {
        Home home = shell.home();
        Duration age = olderThan.orElse(home.config().retention());
        if (ListCommand.isNew(home)) {
            return end(age, 0, 0, 0);
        }
        if (dry) {
            try (Store store = Store.openForReading(home.directory())) {
                return prune(store, home, age, _ -> {});
            }
        }
        // It holds the directory: no node counts with what goes, and none comes to need it
        // meanwhile. The journal has copies of small files, which go too.
        try (Store store = Store.open(home.directory(), keys.load(home), InstantSource.system())) {
            SessionFiles files = SessionFiles.of(store);
            return prune(store, home, age, files::delete);
        }
    }

    private interface Deletion {
        void of(SessionKey session) throws IOException;
    }

    private int prune(Store store, Home home, Duration age, Deletion deletion) throws IOException {
        Instant now = Instant.now();
        int removed = 0;
        long bytes = 0;
        long kept = 0;
        for (EndedFiles ended : EndedFiles.of(protocols, store, home)) {
            boolean isOld = ended.isOlderThan(age, now);
            if (isOld && ended.keptFor().isEmpty()) {
                deletion.of(ended.exchange().key());
                say(shell.output(), ended);
                removed++;
                bytes += ended.bytes();
                continue;
            }
            if (isOld) {
                shell.output()
                        .note(
                                "kept: the files of exchange %s: %s"
                                        .formatted(id(ended), ended.keptFor().orElseThrow()));
            }
            kept += ended.bytes();
        }
        return end(age, removed, bytes, kept);
    }

    private static String id(EndedFiles ended) {
        return ended.exchange().key().ref().toString().substring(0, 8);
    }

    private void say(Output output, EndedFiles ended) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", ended.exchange().key().role().text());
        fields.put("exchange", ended.exchange().key().ref().toString());
        fields.put("endedAt", ended.endedAt());
        fields.put("files", ended.names());
        fields.put("bytes", ended.bytes());
        output.event(
                "pruned",
                fields,
                "%s exchange %s (%s, ended %s): %s, %s"
                        .formatted(
                                dry ? "would remove" : "removed",
                                id(ended),
                                ended.exchange().key().role().text(),
                                ended.endedAt(),
                                String.join(", ", ended.names()),
                                Units.showSize(ended.bytes())));
    }

    private int end(Duration age, int removed, long bytes, long kept) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("olderThanSeconds", age.toSeconds());
        fields.put("dryRun", dry);
        fields.put("exchanges", removed);
        fields.put("bytes", bytes);
        fields.put("keptBytes", kept);
        shell.output()
                .summary(
                        fields,
                        "%s %s of %d exchange(s) that ended more than %s ago; %s of other ended"
                                        .formatted(
                                                dry ? "would remove" : "removed",
                                                Units.showSize(bytes),
                                                removed,
                                                Units.show(age),
                                                Units.showSize(kept))
                                + " exchanges stay");
        return ExitCode.OK.code();
    }
}
