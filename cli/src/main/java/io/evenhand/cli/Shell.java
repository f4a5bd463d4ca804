package io.evenhand.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// What every command is given: the streams, the environment, and the options that all share.
public final class Shell {
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final List<Outlet> outlets;
    private final LiveLine live;
    private String command = "";

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "Use this data directory of keys, journal and configuration (EVENHAND_HOME, else"
                            + " ~/.evenhand).")
    private Optional<Path> home = Optional.empty();

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print one JSON object per line.")
    private boolean json;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show every message, state and transaction too.")
    private boolean verbose;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show where an error came from.")
    private boolean debug;

    public Shell(PrintStream out, PrintStream err, Map<String, String> environment) {
        this(out, err, environment, List.of(), Terminal.NONE);
    }

    private Shell(
            PrintStream out,
            PrintStream err,
            Map<String, String> environment,
            List<Outlet> outlets,
            Terminal terminal) {
        this.out = out;
        this.err = err;
        this.environment = Map.copyOf(environment);
        this.outlets = outlets;
        this.live = new LiveLine(out, terminal);
    }

    /// That of this process. Whatever libraries say goes the same way.
    static Shell ofProcess() {
        Outlet errors = new Outlet(new FileOutputStream(FileDescriptor.err), _ -> {});
        PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8);
        Outlet lines =
                new Outlet(
                        new FileOutputStream(FileDescriptor.out),
                        why ->
                                err.println(
                                        "evenhand: standard output cannot be written ("
                                                + why
                                                + "); the work goes on without it"));
        PrintStream out = new PrintStream(lines, false, StandardCharsets.UTF_8);
        System.setOut(out);
        System.setErr(err);
        Map<String, String> environment = System.getenv();
        return new Shell(
                out, err, environment, List.of(lines, errors), Terminal.ofProcess(environment));
    }

    /// From now on the command waits for nobody who reads what it says.
    void unattended() {
        outlets.forEach(Outlet::unattended);
    }

    /// Nothing more is said: lets what was said reach its readers.
    ///
    /// @return why not all of the output was written, if so
    public Optional<String> drain() {
        Optional<String> loss = Optional.empty();
        try {
            live.end();
            out.flush();
            // Standard output comes first: the other stream may have something to say about it.
            for (Outlet outlet : outlets) {
                Optional<String> lost = outlet.drain();
                loss = outlet.equals(outlets.getFirst()) ? lost : loss;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return loss;
    }

    public Output output() {
        return new Output(out, err, json, command, live);
    }

    LiveLine live() {
        return live;
    }

    /// Whether states, messages and transactions are shown, too.
    public boolean verbose() {
        return verbose;
    }

    /// Which command runs, such as `list` or `bench gas`.
    void runs(String name) {
        command = name;
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
