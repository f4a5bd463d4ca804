/// Ways to cheat, for the demo and nothing else: wrappers around the honest machines, and stage
/// directions for what happens around the parties.
///
/// {@link io.evenhand.cli.cheat.Cheat} is what a cheat is, {@link io.evenhand.cli.cheat.Cheats} the
/// list of all. No other command can reach them.
@NullMarked
package io.evenhand.cli.cheat;

import org.jspecify.annotations.NullMarked;
