package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `evenhand program`: for those who write programs.
@Command(
        name = "program",
        description = "Check a program before anybody is asked to run it.",
        footer = {"", "Example:", "  evenhand program check life.wasm --input gun.rle"})
final class ProgramCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw CliException.usage("say what to do with it: \"evenhand program check FILE\"");
    }
}
