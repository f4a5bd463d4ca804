package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Shell;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.transport.Invite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// A server as a user names it: by its invite ({@link InviteArgument}), or by its identity once the
/// invite was used.
///
/// @param invite nothing if it was named by its identity
public record PeerArgument(PartyId party, Optional<Invite> invite) {
    /// Of any kind.
    ///
    /// @param option as the user wrote it, such as `--stamper`
    public static PeerArgument read(Shell shell, String option, String argument)
            throws IOException {
        return parse(option, argument, InviteArgument.read(shell, option, argument));
    }

    /// Of the kind that is wanted: the other one is named, as people swap them.
    ///
    /// @param service what an invite to it is for, see {@link Invite#service}
    public static PeerArgument read(Shell shell, String option, String argument, String service)
            throws IOException {
        PeerArgument peer = read(shell, option, argument);
        if (peer.invite().filter(invite -> !invite.service().equals(service)).isPresent()) {
            throw CliException.usage(
                    option
                            + ": this is a "
                            + peer.invite().get().word()
                            + "'s invite; "
                            + option
                            + " needs a "
                            + service.toLowerCase(Locale.ROOT)
                            + "'s");
        }
        return peer;
    }

    private static PeerArgument parse(String option, String argument, String named) {
        String text = named.strip();
        if (text.matches("(0x)?[0-9a-fA-F]{64}")) {
            return new PeerArgument(new PartyId(Bytes32.parse(text)), Optional.empty());
        }
        if (!text.contains(Invite.PREFIX)) {
            throw CliException.usage(
                    option
                            + " is neither an invite (evenhand:...) nor an identity (64 hex"
                            + " digits)"
                            + hint(argument.strip()));
        }
        try {
            Invite invite = Invite.parse(text);
            return new PeerArgument(invite.server(), Optional.of(invite));
        } catch (MalformedException e) {
            throw CliException.usage(option + ": " + e.getMessage());
        }
    }

    /// Whoever names a file forgot the sign.
    private static String hint(String argument) {
        try {
            return Files.isRegularFile(Path.of(argument))
                    ? "; did you mean @" + argument + "?"
                    : "";
        } catch (InvalidPathException none) {
            return "";
        }
    }
}
