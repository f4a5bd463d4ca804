package io.evenhand.node.delegation.provider;

import io.evenhand.node.delegation.AcceptedStamper;
import io.evenhand.node.evm.ChainConfig;
import java.nio.file.Path;
import java.util.List;

/// How a provider runs.
///
/// @param directory where the service's command is started
/// @param host name or address to listen on
/// @param port 0 for any free one
public record ProviderConfig(
        ServiceConfig service,
        Path directory,
        String host,
        int port,
        List<AcceptedStamper> stampers,
        ChainConfig chain) {
    public ProviderConfig {
        stampers = List.copyOf(stampers);
    }
}
