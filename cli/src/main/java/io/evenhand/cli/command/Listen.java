package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.node.transport.Invite;

/// An address to listen on, `HOST:PORT`; port 0 takes any free one.
public record Listen(String host, int port) {
    /// @param option that gives it
    public static Listen parse(String option, String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new MalformedException(
                    option
                            + " is not an address: \""
                            + text
                            + "\"; write for example 127.0.0.1:7201");
        }
        return new Listen(text.substring(0, colon), Integer.parseInt(port));
    }

    /// The name under which others reach us.
    public String reachableAs(String advertised) {
        if (!advertised.isEmpty()) {
            if (!Invite.isHost(advertised)) {
                throw CliException.usage("--advertise is a name or address of 1 to 253 characters");
            }
            return advertised;
        }
        if (host.equals("0.0.0.0") || host.equals("::")) {
            throw CliException.usage(
                    "listening on every address: say with --advertise under which name peers reach"
                            + " this machine");
        }
        return host;
    }
}
