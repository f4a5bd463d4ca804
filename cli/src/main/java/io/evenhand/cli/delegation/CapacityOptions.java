package io.evenhand.cli.delegation;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Units;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.node.Capacity;
import io.evenhand.node.peer.AdmissionPolicy;
import io.evenhand.node.peer.GuestQuota;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/// The capacity of a stamper, as options; a provider has the same in its service file.
final class CapacityOptions {
    /// What is left to keys without an invite if nobody says otherwise.
    private static final int GUESTS_PART = 4;

    @Option(
            names = "--max-open",
            paramLabel = "N",
            defaultValue = "256",
            description =
                    "Have at most this many exchanges open at a time (default ${DEFAULT-VALUE}).")
    private int open = 256;

    @Option(
            names = "--max-open-each",
            paramLabel = "N",
            defaultValue = "32",
            description =
                    "Have at most this many of one customer's open at a time (default ${DEFAULT-VALUE}).")
    private int openEach = 32;

    @Option(
            names = "--max-open-guests",
            paramLabel = "N",
            description =
                    "Have at most this many open, with --open, of all keys without an invite: a"
                            + " fourth of them from one network, a sixteenth of one key (default: a"
                            + " fourth of --max-open).")
    private OptionalInt openGuests = OptionalInt.empty();

    @Option(
            names = "--max-spool",
            paramLabel = "SIZE",
            defaultValue = "1024GiB",
            description =
                    "Keep at most this much work that waits for its stamp (default ${DEFAULT-VALUE}).")
    private String spool = "1024GiB";

    @Option(
            names = "--max-spool-each",
            paramLabel = "SIZE",
            defaultValue = "64GiB",
            description =
                    "Keep at most this much of it for one customer (default ${DEFAULT-VALUE}).")
    private String spoolEach = "64GiB";

    @Option(
            names = "--bandwidth",
            paramLabel = "SIZE",
            description =
                    "Move at most this much a second, all transfers together, as in 10MiB (default: no limit).")
    private Optional<String> bandwidth = Optional.empty();

    Capacity capacity() {
        if (open < 1 || openEach < 1) {
            throw CliException.usage("--max-open and --max-open-each are at least 1");
        }
        OptionalLong speed =
                bandwidth
                        .map(text -> OptionalLong.of(size("--bandwidth", text)))
                        .orElseGet(OptionalLong::empty);
        if (speed.orElse(1) < 1) {
            throw CliException.usage("--bandwidth is at least 1B");
        }
        return Capacity.DEFAULT
                .withKept(
                        open,
                        openEach,
                        size("--max-spool", spool),
                        size("--max-spool-each", spoolEach))
                .withBytesPerSecond(speed);
    }

    /// Whose keys are served.
    AdmissionPolicy admission(boolean anyKey) {
        if (!anyKey) {
            if (openGuests.isPresent()) {
                throw CliException.usage("--max-open-guests goes with --open");
            }
            return new AdmissionPolicy.KnownKeys();
        }
        int guests = openGuests.orElse(Math.max(1, open / GUESTS_PART));
        if (guests < 1 || guests > open) {
            throw CliException.usage("--max-open-guests is at least 1 and at most --max-open");
        }
        return new AdmissionPolicy.AnyKey(GuestQuota.of(guests));
    }

    private static long size(String option, String text) {
        try {
            return Units.size(text);
        } catch (MalformedException e) {
            throw CliException.usage(option + ": " + e.getMessage());
        }
    }
}
