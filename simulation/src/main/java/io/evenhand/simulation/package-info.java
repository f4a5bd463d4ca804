/// The explorer: production machines under every adversary, crash and schedule, from a seed.
///
/// ```
/// Model        a protocol's scenarios, mutants and bounds, in a package of its own (delegation, ...)
///     -> Explorer      searches each scenario breadth first; every mutant must be refuted
///     -> RandomWalks   takes single ways to the end, with faults drawn from a seed
/// ```
///
/// A model writes its own {@link io.evenhand.simulation.search.Game}: what a state of all parties
/// is and which steps lead on. For that it finds here `machines` (real machines with a memory),
/// `chain` and the `escrow` on it, `symbolic` cryptography, and the tables of `search`. None of
/// them knows a protocol.
@NullMarked
package io.evenhand.simulation;

import org.jspecify.annotations.NullMarked;
