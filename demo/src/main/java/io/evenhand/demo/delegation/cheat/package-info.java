/// Ways to cheat, for the demo and nothing else: wrappers around the honest machines, and scripts
/// for what happens around the parties.
///
/// {@link io.evenhand.demo.delegation.cheat.Cheat} is what a cheat is, {@link
/// io.evenhand.demo.delegation.cheat.Cheats} the list of all; {@link
/// io.evenhand.demo.delegation.cheat.CheatHooks} puts one around the machine of a party.
@NullMarked
package io.evenhand.demo.delegation.cheat;

import org.jspecify.annotations.NullMarked;
