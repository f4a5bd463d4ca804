/// The command line: what a person or a script says to a node, and how it answers.
///
/// {@link io.evenhand.cli.Main} finds the command (package `command`), runs it and turns whatever
/// went wrong into one line and an {@link io.evenhand.cli.ExitCode}. Commands speak through {@link
/// io.evenhand.cli.Output}: text for people, one JSON object per line for scripts. What a command
/// remembers between two runs is in its {@link io.evenhand.cli.Home}.
@NullMarked
package io.evenhand.cli;

import org.jspecify.annotations.NullMarked;
