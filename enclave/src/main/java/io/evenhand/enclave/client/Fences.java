package io.evenhand.enclave.client;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What this kernel puts around a guest host, found out once by trying.
///
/// Without them a host still runs: policies import nothing but reading, and the host's own code
/// opens no socket and no file.
///
/// @param network it has a network of its own, with nothing in it (`unshare --net`)
/// @param privileges it can gain no privileges, and ends with its parent (`setpriv`)
/// @param files it can write into no file and leaves no core dump (`prlimit`)
public record Fences(boolean network, boolean privileges, boolean files, List<String> command) {
    /// A program that only starts another one is done at once.
    private static final long PATIENCE_SECONDS = 20;

    private static final class Found {
        private static final Fences HERE = probe();
    }

    public Fences {
        command = List.copyOf(command);
    }

    /// Those of this machine.
    public static Fences here() {
        return Found.HERE;
    }

    private static Fences probe() {
        // A user without privileges makes a network only inside of a user namespace of its own.
        List<String> network =
                first(
                        List.of(
                                found("unshare", "--map-current-user", "--net", "--"),
                                found("unshare", "--net", "--")));
        List<String> privileges =
                first(List.of(found("setpriv", "--no-new-privs", "--pdeathsig", "KILL", "--")));
        List<String> files = first(List.of(found("prlimit", "--core=0", "--fsize=0", "--")));
        List<String> all = new ArrayList<>(network);
        all.addAll(files);
        all.addAll(privileges);
        return works(all)
                ? new Fences(!network.isEmpty(), !privileges.isEmpty(), !files.isEmpty(), all)
                : new Fences(false, false, false, List.of());
    }

    private static List<String> first(List<Optional<List<String>>> candidates) {
        return candidates.stream()
                .flatMap(Optional::stream)
                .filter(Fences::works)
                .findFirst()
                .orElse(List.of());
    }

    /// The command with the whole name of its program: the host has no PATH.
    private static Optional<List<String>> found(String program, String... options) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/bin";
        return Stream.of(path.split(":", -1))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .map(file -> {
                    List<String> command = new ArrayList<>(List.of(file.toString()));
                    command.addAll(List.of(options));
                    return command;
                });
    }

    private static boolean works(List<String> fence) {
        Optional<List<String>> nothing = found("true");
        if (nothing.isEmpty()) {
            return false;
        }
        List<String> command = new ArrayList<>(fence);
        command.addAll(nothing.get());
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        try {
            Process process = builder.start();
            try {
                return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
