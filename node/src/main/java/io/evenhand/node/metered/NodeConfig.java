package io.evenhand.node.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.evm.ChainConfig;
import java.util.Set;

/// How a node that computes runs.
///
/// @param port of its messages, 0 for any free one
/// @param roundsPort of its streams, 0 for any free one
/// @param programs hashes of those it runs; any if empty
/// @param first what a stranger is trusted with (F7)
/// @param cap what anybody is trusted with
/// @param strangers what all identities without credit may owe together
/// @param sessions at the same time
public record NodeConfig(
        String host,
        int port,
        int roundsPort,
        ChainConfig chain,
        Set<Bytes32> programs,
        Pricing pricing,
        Wei first,
        Wei cap,
        Wei strangers,
        int sessions) {
    public NodeConfig {
        programs = Set.copyOf(programs);
    }

    /// With the defaults of spec-metered I.
    public static NodeConfig of(
            String host, int port, int roundsPort, ChainConfig chain, Pricing pricing) {
        Wei first = pricing.second();
        return new NodeConfig(
                host,
                port,
                roundsPort,
                chain,
                Set.of(),
                pricing,
                first,
                first.times(64),
                first.times(16),
                8);
    }
}
