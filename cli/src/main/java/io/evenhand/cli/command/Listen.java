package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.kit.codec.MalformedException;

/// An address to listen on, `HOST:PORT`; port 0 takes any free one.
record Listen(String host, int port) {
    static Listen parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new MalformedException(
                    "not an address: \"" + text + "\"; write for example 127.0.0.1:7201");
        }
        return new Listen(text.substring(0, colon), Integer.parseInt(port));
    }

    /// The name under which others reach us.
    String reachableAs(String advertised) {
        if (!advertised.isEmpty()) {
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
