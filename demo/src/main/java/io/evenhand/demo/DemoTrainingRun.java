package io.evenhand.demo;

import io.evenhand.cli.TrainingRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The same for `demo`, `bench` and the list of all commands, which have a class path of their own.
public final class DemoTrainingRun {
    private DemoTrainingRun() {}

    /// @param args a folder
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        TrainingRun.of(
                Path.of(args[0]),
                (shell, words) -> Main.run(Demos.ALL, shell, words),
                List.of("--help", "--version", "help list", "demo --list-cheats", "bench"));
        // As a process does it, to its end.
        Main.main(new String[] {"--help"});
    }
}
