package io.evenhand.demo.command;

import io.evenhand.cli.Shell;
import io.evenhand.cli.command.PartyHooks;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/// What a protocol brings to `demo` and `bench`. Its line in {@link io.evenhand.demo.Demos#ALL}
/// registers all of it.
public interface DemoProtocol {
    /// That of its roles, and as users write it: `evenhand demo NAME`.
    String name();

    /// What its demo plays: the lines of the help page.
    List<String> about();

    /// Every cheat that its demo can play and that is stopped; the first, if there is one, is the
    /// example of the help page.
    List<CheatRow> cheats();

    /// The cheats that nothing stops but a stated assumption.
    List<CheatRow> limits();

    /// Sets up one run in an empty folder.
    ///
    /// @param cheat title of a cheat of this protocol
    DemoRun prepare(DemoOptions options, Optional<String> cheat) throws IOException;

    /// What is put around the parties of this process that have a role of this protocol: nothing,
    /// unless its demo started the process to cheat.
    PartyHooks hooks();

    /// What its demo and benches print with `--json`: the `lines.yaml` beside it.
    URL lines();

    /// Its own commands of `bench`.
    List<Callable<Integer>> benches(Shell shell);

    /// Measures the gas of its transactions, for `bench gas`.
    ///
    /// @param rows gets each figure as soon as it is known
    /// @return the figure that sums them up; nothing if it has no transactions
    Optional<GasRow> gas(Consumer<GasRow> rows) throws IOException, InterruptedException;
}
