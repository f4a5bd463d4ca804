package io.evenhand.demo.delegation;

import io.evenhand.cli.LineSchema;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.demo.command.CheatRow;
import io.evenhand.demo.command.DemoOptions;
import io.evenhand.demo.command.DemoProtocol;
import io.evenhand.demo.command.DemoRun;
import io.evenhand.demo.command.GasRow;
import io.evenhand.demo.delegation.bench.CustomerCommand;
import io.evenhand.demo.delegation.bench.ExchangesCommand;
import io.evenhand.demo.delegation.bench.GasBench;
import io.evenhand.demo.delegation.bench.RpcCommand;
import io.evenhand.demo.delegation.bench.ServerCommand;
import io.evenhand.demo.delegation.bench.TransferCommand;
import io.evenhand.demo.delegation.cheat.CheatHooks;
import io.evenhand.demo.delegation.cheat.Cheats;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/// Delegation in `demo` and `bench`.
public final class DelegationDemo implements DemoProtocol {
    @Override
    public String name() {
        return "delegation";
    }

    @Override
    public List<String> about() {
        return List.of(
                "Delegate a real task on this machine: a local chain, a stamper, a provider and a"
                        + " customer as processes.",
                "The provider trains a classifier and labels 1,797 handwritten digits; the customer"
                        + " pays for an accuracy",
                "of 0.95 on 300 rows whose labels only its stamper knows.",
                "The stamper's profile is \"software\": it protects nothing against the owner of its machine.");
    }

    @Override
    public List<CheatRow> cheats() {
        return Cheats.ALL.stream().map(cheat -> cheat.description().row()).toList();
    }

    @Override
    public List<CheatRow> limits() {
        return Cheats.LIMITS.stream().map(cheat -> cheat.description().row()).toList();
    }

    @Override
    public DemoRun prepare(DemoOptions options, Optional<String> cheat) throws IOException {
        return new DelegationRun(options, cheat.map(Cheats::parse));
    }

    @Override
    public PartyHooks hooks() {
        return CheatHooks.ofProcess();
    }

    @Override
    public URL lines() {
        return LineSchema.file(DelegationDemo.class);
    }

    @Override
    public List<Callable<Integer>> benches(Shell shell) {
        return List.of(
                new ExchangesCommand(shell),
                new TransferCommand(shell),
                new RpcCommand(shell),
                new CustomerCommand(shell),
                new ServerCommand.OfStamper(shell),
                new ServerCommand.OfProvider(shell));
    }

    @Override
    public Optional<GasRow> gas(Consumer<GasRow> rows) throws IOException, InterruptedException {
        return Optional.of(GasBench.measure(rows));
    }
}
