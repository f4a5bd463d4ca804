package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Failures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A text that holds a secret, as a user names it: `@FILE`, or `-` for a line of standard input.
/// Every user of a machine can read the arguments of its processes.
///
/// @param what it is, in messages
/// @param longest characters it may have
record NamedText(String what, int longest) {
    /// A node's address may hold a key for it.
    static final NamedText URL = new NamedText("URL", 2048);

    /// The end of a line and blanks around the text.
    private static final int BLANKS = 64;

    /// The text that is named; nothing if the argument is the text itself.
    ///
    /// @param option as the user wrote it, such as `--stamper`
    Optional<String> read(String option, String argument) throws IOException {
        String text = argument.strip();
        if (text.equals("-")) {
            return Optional.of(line(option, System.in));
        }
        return text.startsWith("@")
                ? Optional.of(file(option, Path.of(text.substring(1))))
                : Optional.empty();
    }

    /// Each text, named or not.
    List<String> all(String option, List<String> arguments) throws IOException {
        List<String> texts = new ArrayList<>();
        for (String argument : arguments) {
            texts.add(read(option, argument).orElse(argument));
        }
        return List.copyOf(texts);
    }

    private String file(String option, Path named) throws IOException {
        String owner = option.startsWith("-") ? " of " + option : "";
        Path file = InputFile.check("the " + what + owner, named);
        try (InputStream in = Files.newInputStream(file)) {
            return text(option, in.readNBytes(longest + BLANKS + 1));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.STORAGE, option + " @" + file + ": " + Failures.why(e), e);
        }
    }

    /// No byte beyond the line is read: the next option may want the next one.
    private String line(String option, InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read();
                b >= 0 && b != '\n' && line.size() <= longest + BLANKS;
                b = in.read()) {
            line.write(b);
        }
        return text(option, line.toByteArray());
    }

    private String text(String option, byte[] bytes) {
        if (bytes.length > longest + BLANKS) {
            throw CliException.usage(
                    option + ": no " + what + " is longer than " + longest + " characters");
        }
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw CliException.usage(option + ": there is no " + what + " in what it names");
        }
        return text;
    }
}
