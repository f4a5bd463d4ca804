package io.evenhand.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// What every command is given: the streams, the environment, and the options that all share.
public final class Shell {
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "Data directory: keys, journal, configuration (EVENHAND_HOME, else"
                            + " ~/.evenhand).")
    private Optional<Path> home = Optional.empty();

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print one JSON object per line.")
    private boolean json;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show where an error came from.")
    private boolean debug;

    public Shell(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = Map.copyOf(environment);
    }

    public Output output() {
        return new Output(out, err, json);
    }

    public Home home() {
        if (home.filter(path -> path.toString().isBlank()).isPresent()) {
            throw CliException.usage("--home is empty; name a directory, or leave it out");
        }
        return Home.of(home, environment);
    }

    public Map<String, String> environment() {
        return environment;
    }

    public boolean debug() {
        return debug;
    }

    PrintStream err() {
        return err;
    }

    PrintStream out() {
        return out;
    }
}
