package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Failures;
import io.evenhand.cli.Shell;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.NewFile;
import io.evenhand.node.transport.Invite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// An invite as a user names it: `@FILE`, or `-` for a line of standard input. An invite holds a
/// token that lets a stranger in, and every user of a machine can read the arguments of its
/// processes.
public final class InviteArgument {
    /// An invite, the end of its line and blanks around it.
    private static final int MAX_BYTES = Invite.MAX_TEXT + 64;

    private InviteArgument() {}

    /// The text itself. One that stands in the arguments is taken, with a warning.
    ///
    /// @param option as the user wrote it, such as `--stamper`
    public static String read(Shell shell, String option, String argument) throws IOException {
        String text = argument.strip();
        if (text.equals("-")) {
            return line(option, System.in);
        }
        if (text.startsWith("@")) {
            return file(option, Path.of(text.substring(1)));
        }
        if (isInvite(text)) {
            shell.output()
                    .note(
                            option
                                    + ": every user of this machine can read an invite in the"
                                    + " arguments; write it to a file and pass @FILE, or pass - and"
                                    + " give it on standard input");
        }
        return text;
    }

    /// What is damaged is said to be so, and gives nothing away.
    private static boolean isInvite(String text) {
        try {
            Invite _ = Invite.parse(text);
            return true;
        } catch (MalformedException none) {
            return false;
        }
    }

    /// Keeps an invite in a file, readable by its owner only, and gives the argument that names it.
    public static String keep(Path file, String invite) throws IOException {
        try (NewFile kept = NewFile.at(file)) {
            kept.write(invite.getBytes(StandardCharsets.UTF_8));
            kept.commit();
        }
        return "@" + file;
    }

    private static String file(String option, Path named) throws IOException {
        Path file = InputFile.check("the invite of " + option, named);
        try (InputStream in = Files.newInputStream(file)) {
            return text(option, in.readNBytes(MAX_BYTES + 1));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.STORAGE, option + " @" + file + ": " + Failures.why(e), e);
        }
    }

    /// No byte beyond the line is read: the next option may want the next one.
    private static String line(String option, InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n' && line.size() <= MAX_BYTES; b = in.read()) {
            line.write(b);
        }
        return text(option, line.toByteArray());
    }

    private static String text(String option, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw CliException.usage(
                    option + ": no invite is longer than " + Invite.MAX_TEXT + " characters");
        }
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw CliException.usage(option + ": there is no invite in what it names");
        }
        return text;
    }
}
