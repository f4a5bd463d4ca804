/// Demonstrates and measures the installed program, and is not installed itself: the demo, whose
/// parties may cheat, its judge, and the benchmarks.
///
/// {@link io.evenhand.demo.Main} has the commands, {@link io.evenhand.demo.Demos} the protocols.
/// Nothing of `io.evenhand.cli` knows this module; a party that cheats is the installed command
/// with {@link io.evenhand.cli.command.PartyHooks}.
@NullMarked
package io.evenhand.demo;

import org.jspecify.annotations.NullMarked;
