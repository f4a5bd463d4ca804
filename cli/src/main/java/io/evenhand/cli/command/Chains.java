package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.kit.value.Address;
import io.evenhand.node.evm.ChainConfig;
import java.util.List;
import java.util.Optional;

/// Turns the chain part of the configuration file into what the node works with.
public final class Chains {
    private Chains() {}

    public static ChainConfig configured(Home home) {
        Config.Chain chain = home.config().chainOrExplain();
        Address contract =
                chain.contract()
                        .orElseThrow(() ->
                                new CliException(
                                        ExitCode.STORAGE,
                                        "no escrow contract is configured: run \"evenhand"
                                                + " deploy --rpc URL\""));
        return of(chain, KnownCode.ESCROW, contract);
    }

    /// The chain with its meter.
    public static ChainConfig metered(Home home) {
        Config.Chain chain = home.config().chainOrExplain();
        Address meter =
                chain.meter()
                        .orElseThrow(() ->
                                new CliException(
                                        ExitCode.STORAGE,
                                        "no meter is configured, on which computing is paid for: run"
                                                + " \"evenhand deploy --rpc URL --meter ADDRESS\","
                                                + " or without an address to create one"));
        return of(chain, KnownCode.METER, meter);
    }

    static ChainConfig of(Config.Chain chain, KnownCode code, Address contract) {
        List<String> endpoints = chain.endpoints();
        return new ChainConfig(
                endpoints.getFirst(),
                endpoints.size() > 1 ? Optional.of(endpoints.get(1)) : Optional.empty(),
                code.rail(chain.id(), contract),
                chain.finalityPolicy(),
                chain.pace().timing(),
                chain.pace().poll());
    }
}
