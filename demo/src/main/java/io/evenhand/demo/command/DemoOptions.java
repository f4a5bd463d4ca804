package io.evenhand.demo.command;

import io.evenhand.cli.Output;
import java.nio.file.Path;

/// How a demo is played.
///
/// @param root of the source tree, where the examples are
/// @param folder for everything that the run leaves
/// @param quiet show no steps; for many runs in a row
/// @param keep say what another client needs to talk to the chain of this run
public record DemoOptions(Output output, Path root, Path folder, boolean quiet, boolean keep) {}
