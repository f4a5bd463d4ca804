package io.evenhand.node.store;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.system.fuzz.FuzzFiles;
import io.evenhand.system.fuzz.FuzzTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A database that is damaged, cut off, or none: refused in one line.
class JournalFuzz extends FuzzTarget {
    private static final FuzzFiles FILES = new FuzzFiles();

    private static byte[] genuine() throws Exception {
        Path folder = FILES.path("genuine");
        try (DataDirectory held = DataDirectory.hold(folder);
                Journal journal = Journal.open(held)) {
            journal.read(sql -> sql.one("SELECT 1", row -> row.getInt(1)));
        }
        return Files.readAllBytes(folder.resolve("journal.db"));
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(genuine());
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        Path folder = Files.createDirectories(FILES.path("home"));
        for (String name : new String[] {"journal.db-wal", "journal.db-shm"}) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.write(folder.resolve("journal.db"), input);
        read(
                StoreException.class,
                () -> {
                    try (Store store = Store.openForReading(folder)) {
                        return store.sessions().open(DelegationRoles.CUSTOMER).size();
                    }
                });
        read(
                StoreException.class,
                () -> {
                    try (DataDirectory held = DataDirectory.hold(folder);
                            Journal journal = Journal.open(held)) {
                        return journal;
                    }
                });
    }
}
