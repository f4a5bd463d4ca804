/// The model of METERED: the production machines of requester, node and enclave, with symbolic
/// cryptography and the model of the meter, against adversaries, crashes and every schedule.
///
/// ```
/// MeteredModel                       all that the explorer is given
/// Scenario (who is dishonest, which faults)  +  Mutant (which rule is missing, if any)
///     -> Parties         keys, Terms, the machines themselves
///     -> RequesterSide   an honest requester: its machine, its disk, its user
///     -> HostSide        an honest node: its machine, its disk, its account, its enclave
///     -> LiarMoves, LiarTalk   a dishonest node: what its enclaves do for it, what it may say
///     -> Cheat           a dishonest requester: what it may say, and send to the chain
///     -> MeteredGame     states and steps: deliver, flush, execute, close, mine, crash, reorg, ...
///     -> Invariants      A-I1 to A-I13 on every state
/// ```
///
/// Between honest parties messages keep the order of their stream, a cut loses what is on its way,
/// and a killed process has on disk any part of what waited to be flushed. A dishonest party says
/// whatever follows from what it has, in any order and as often as it likes.
@NullMarked
package io.evenhand.simulation.metered;

import org.jspecify.annotations.NullMarked;
