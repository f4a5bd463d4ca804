package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.EscrowCode;
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
        return of(chain, contract);
    }

    static ChainConfig of(Config.Chain chain, Address contract) {
        List<String> endpoints = chain.endpoints();
        return new ChainConfig(
                endpoints.getFirst(),
                endpoints.size() > 1 ? Optional.of(endpoints.get(1)) : Optional.empty(),
                new Rail(chain.id(), contract, EscrowCode.hash()),
                chain.finalityPolicy(),
                chain.pace().timing(),
                chain.pace().poll());
    }
}
