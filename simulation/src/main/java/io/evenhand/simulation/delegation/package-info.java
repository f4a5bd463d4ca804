/// The model of DELEGATION: the production machines of customer, provider and stamper, with
/// symbolic cryptography and a model chain, against adversaries, crashes and every schedule.
///
/// ```
/// DelegationModel                    all that the explorer is given
/// Scenario (who is dishonest, which faults)  +  Mutant (which rule is missing, if any)
///     -> Parties         parties, keys, terms, the machines themselves
///     -> DelegationGame  states and steps: deliver, run, observe, wake, publish, mine, reorg, ...
///     -> Invariants      D-I1 to D-I12 on every state
/// ```
///
/// Messages, jobs, watches and timers that were ever asked for stay possible for ever: so the
/// network may delay, drop, repeat and reorder, jobs may be done again after a crash, and timers
/// may fire late or twice, without a budget. Only transactions are carried out once, by the rules
/// of {@link io.evenhand.simulation.delegation.ModelWallet}.
@NullMarked
package io.evenhand.simulation.delegation;

import org.jspecify.annotations.NullMarked;
