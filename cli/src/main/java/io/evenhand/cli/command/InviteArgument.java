package io.evenhand.cli.command;

import io.evenhand.cli.Shell;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.NewFile;
import io.evenhand.node.transport.Invite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// An invite as a user names it: `@FILE`, or `-` for a line of standard input. An invite holds a
/// token that lets a stranger in, and every user of a machine can read the arguments of its
/// processes.
public final class InviteArgument {
    private static final NamedText INVITE = new NamedText("invite", Invite.MAX_TEXT);

    private InviteArgument() {}

    /// The text itself. One that stands in the arguments is taken, with a warning.
    ///
    /// @param option as the user wrote it, such as `--stamper`
    public static String read(Shell shell, String option, String argument) throws IOException {
        Optional<String> named = INVITE.read(option, argument);
        if (named.isPresent()) {
            return named.get();
        }
        String text = argument.strip();
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
}
