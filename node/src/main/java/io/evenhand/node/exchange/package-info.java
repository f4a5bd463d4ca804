/// The core that runs any protocol: pure machines above it; network, chain, disk and clock below.
///
/// ```
/// input -> Sessions: lock, load, machine.step, ONE transaction{state, effects, timers, statements}
///             |                                                         |
///             +<-- received, ended, news, woke -------- EffectRunner <--+
/// ```
///
/// {@link io.evenhand.node.exchange.Sessions} is the only place where a state changes. Everything
/// that happens is an input to it, everything it wants done is an effect that stays in the journal
/// until it is carried out. A crash between any two lines repeats effects and loses none; machines
/// and peers are built so that a repetition is harmless.
///
/// A protocol is bound by one {@link io.evenhand.node.exchange.RoleBinding} for each role. Nothing
/// here knows any protocol.
@NullMarked
package io.evenhand.node.exchange;

import org.jspecify.annotations.NullMarked;
