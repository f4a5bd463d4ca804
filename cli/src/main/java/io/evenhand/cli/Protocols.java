package io.evenhand.cli;

import io.evenhand.cli.command.CliProtocol;
import io.evenhand.cli.delegation.DelegationProtocol;
import io.evenhand.cli.metered.MeteredProtocol;
import java.util.List;

/// The protocols that are installed: one line for each.
public final class Protocols {
    public static final List<CliProtocol> ALL =
            List.of(new DelegationProtocol(), new MeteredProtocol());

    private Protocols() {}
}
