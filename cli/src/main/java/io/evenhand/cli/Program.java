package io.evenhand.cli;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.text.Spelling;
import io.evenhand.kit.value.Wei;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// A process that runs one command, whatever commands there are: it parses the options, and turns
/// what went wrong into one line and an exit code.
public final class Program {
    /// Kept in a field, as its level would be lost if it were garbage collected. The command itself
    /// reports what a server has to say.
    private static final Logger SERVER = Logger.getLogger("io.helidon");

    /// What the command `help` says of one.
    private static final Pattern UNKNOWN_COMMAND = Pattern.compile("Unknown subcommand '(.*)'\\.");

    private Program() {}

    /// Runs one command and ends the process with its exit code.
    ///
    /// @param commands the tree of commands, over the shell of this process
    public static void runAndExit(Function<Shell, CommandLine> commands, String[] args) {
        // What libraries complain of is one line, like everything else.
        System.setProperty("java.util.logging.SimpleFormatter.format", "evenhand: %5$s%n");
        SERVER.setLevel(Level.WARNING);
        Fatal.install();
        Shell shell = Shell.ofProcess();
        int exit = run(shell, commands.apply(shell), args);
        Optional<String> loss = shell.drain();
        if (loss.isPresent() && exit == ExitCode.OK.code()) {
            exit = ExitCode.STORAGE.code();
            shell.output().note("evenhand: not all of the output was written (" + loss.get() + ")");
            Optional<String> _ = shell.drain();
        }
        System.exit(exit);
    }

    /// Runs one command inside this process.
    public static int run(Shell shell, CommandLine line, String... args) {
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // A data directory may be called like a command: --home provider.
        line.setAllowSubcommandsAsOptionParameters(true);
        line.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
        convert(line, Wei.class, Wei::parse);
        convert(line, Duration.class, Units::duration);
        convert(line, Path.class, Program::path);
        line.setParameterExceptionHandler((wrong, words) -> usage(shell, wrong, List.of(words)));
        line.setExecutionExceptionHandler(
                (failure, where, _) -> Failures.report(shell, name(where), failure));
        line.setExecutionStrategy(parsed -> {
            List<CommandLine> meant = parsed.asCommandLineList();
            shell.runs(command(meant.getLast()));
            return new CommandLine.RunLast().execute(parsed);
        });
        return line.execute(args);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new MalformedException(Failures.why(e), e);
        }
    }

    private static <T> void convert(CommandLine line, Class<T> type, ITypeConverter<T> parser) {
        line.registerConverter(
                type,
                text -> {
                    try {
                        return parser.convert(text);
                    } catch (MalformedException e) {
                        throw new TypeConversionException(e.getMessage());
                    }
                });
    }

    private static int usage(Shell shell, ParameterException wrong, List<String> words) {
        String name = name(wrong.getCommandLine());
        String why =
                unknownWord(wrong, words)
                        .map(word -> unknown(wrong.getCommandLine(), word))
                        .orElseGet(() ->
                                String.valueOf(wrong.getMessage()).lines().findFirst().orElse(""));
        shell.runs(command(wrong.getCommandLine()));
        return Failures.report(
                shell, name, CliException.usage(why + "; see \"" + name + " --help\""));
    }

    /// A misspelt option is named before one that is missing for that reason.
    private static Optional<String> unknownWord(ParameterException wrong, List<String> words) {
        Matcher helpOn = UNKNOWN_COMMAND.matcher(String.valueOf(wrong.getMessage()));
        if (helpOn.matches()) {
            return Optional.of(helpOn.group(1));
        }
        CommandLine where = wrong.getCommandLine();
        return wrong instanceof UnmatchedArgumentException
                        || wrong instanceof MissingParameterException
                ? where.getUnmatchedArguments().stream()
                        .findFirst()
                        .map(word -> misspelt(where, words).orElse(word))
                : Optional.empty();
    }

    /// A subcommand that was taken for the command's own argument, so that what follows it is
    /// unknown there.
    private static Optional<String> misspelt(CommandLine where, List<String> words) {
        int next = words.indexOf(where.getCommandName()) + 1;
        return words.subList(next, Math.min(next + 1, words.size())).stream()
                .filter(word -> Spelling.meant(word, where.getSubcommands().keySet()).isPresent())
                .findFirst();
    }

    private static String unknown(CommandLine where, String word) {
        CommandSpec spec = where.getCommandSpec();
        List<String> known =
                word.startsWith("-")
                        ? spec.options().stream().map(OptionSpec::longestName).toList()
                        : List.copyOf(spec.subcommands().keySet());
        return "what is \""
                + word
                + "\"?"
                + Spelling.meant(word.replaceFirst("=.*", ""), known)
                        .map(meant -> " Did you mean \"" + meant + "\"?")
                        .orElse("");
    }

    /// Its name without that of the program.
    private static String command(CommandLine line) {
        return name(line).replaceFirst("^\\S+ ", "");
    }

    private static String name(CommandLine line) {
        return line.getCommandSpec().qualifiedName();
    }
}
