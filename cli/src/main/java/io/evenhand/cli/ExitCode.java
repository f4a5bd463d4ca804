package io.evenhand.cli;

import io.evenhand.kit.process.Fatal;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the process returns to its caller; the same for every command, and in every `--help`.
public enum ExitCode {
    OK(0, "done, and if an exchange ran, it settled"),
    FAILED(1, "the exchange was aborted or refunded, or a check failed"),
    USAGE(2, "wrong usage, or a tool is missing"),
    UNREACHABLE(3, "a peer or the chain cannot be reached, or refuses"),
    STORAGE(4, "data directory, keys or files cannot be used, or the output not be written"),
    BROKEN(Fatal.EXIT, "the program or its machine failed and it ended at once: start it again"),
    /// 128 and the number of SIGINT: the JVM returns it when its hooks have run, and no command
    /// does.
    INTERRUPTED(130, "Ctrl-C (SIGINT) ended it; exchanges that are open are kept"),
    /// 128 and the number of SIGKILL: how a process ends whose heap is full (see the launcher), or
    /// that the kernel kills.
    MEMORY(137, "memory ran out and it ended at once: start it again"),
    /// 128 and the number of SIGTERM, in the same way.
    TERMINATED(143, "SIGTERM (kill, an init system) ended it; exchanges that are open are kept");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }

    /// Code and meaning as the help shows them.
    static Map<String, String> help() {
        Map<String, String> lines = new LinkedHashMap<>();
        for (ExitCode exit : values()) {
            lines.put(Integer.toString(exit.code), exit.meaning);
        }
        return lines;
    }
}
