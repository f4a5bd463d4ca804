/// The engine room: pure machines above, network, chain, disk and clock below.
///
/// ```
/// Input -> Sessions: lock, load, machine.step, ONE transaction{state, effects, timers, statements}
///             |                                                         |
///             +<-- Done, Observed, Woke, Received --- EffectRunner <----+
/// ```
///
/// {@link io.evenhand.node.runtime.Sessions} is the only place where a state changes. Everything
/// that happens is an input to it, everything it wants done is an effect that stays in the journal
/// until it is carried out. A crash between any two lines repeats effects and loses none; machines
/// and peers are built so that a repetition is harmless (protocols.md 1.6).
///
/// {@link io.evenhand.node.runtime.ProviderDaemon}, {@link io.evenhand.node.runtime.StamperDaemon}
/// and {@link io.evenhand.node.runtime.CustomerAgent} are assembled from these parts.
@NullMarked
package io.evenhand.node.runtime;

import org.jspecify.annotations.NullMarked;
