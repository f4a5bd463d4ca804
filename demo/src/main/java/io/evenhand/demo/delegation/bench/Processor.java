package io.evenhand.demo.delegation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/// Processor time, as Linux counts it.
final class Processor {
    /// Of a second, for every program.
    private static final long TICK_MILLIS = 10;

    /// `utime`, `stime`, and both of the children that have ended, behind the name.
    private static final int FIRST = 11;

    private static final int FIELDS = 4;

    private Processor() {}

    /// What a process has used so far with all its children.
    static long millis(long process) throws IOException {
        LongStream living =
                ProcessHandle.of(process).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(ProcessHandle::pid);
        long ticks = 0;
        for (long id : LongStream.concat(LongStream.of(process), living).toArray()) {
            ticks += ticks(id);
        }
        return ticks * TICK_MILLIS;
    }

    private static long ticks(long process) throws IOException {
        try {
            String line = Files.readString(Path.of("/proc", "" + process, "stat"));
            List<String> fields = List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
            return fields.subList(FIRST, FIRST + FIELDS).stream().mapToLong(Long::parseLong).sum();
        } catch (NoSuchFileException e) {
            // It ended a moment ago: its parent has its time, or will.
            return 0;
        }
    }
}
