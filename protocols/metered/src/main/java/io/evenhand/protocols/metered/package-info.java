/// METERED (Airtnt, arXiv 1805.06411): a long computation is paid round by round, with the gaps A1
/// to A28 closed (spec-metered, sections F to I).
///
/// ```
/// step  requester R                          node E (host)            enclave            chain
/// S1    Propose ------------------------->   price, limits, exposure
/// S2    <------------------------- Agree     Terms, signed by both
/// S3    open(payee E, signer, timeout, xid) ----------------------------------------->   deposit
/// S4    Session{number, pair?} ---------->   deposit final? base      keys, chain of k
///       <---------------------- Hello{base, keys, evidence}
///       Provision{psk to the enclave} ---------------------------->   one in its life
///       <------------------------------- Ready
///       Program ---------------------------------------------------->  if it lacks it
/// X1    Run{from, upTo, c, state?} ------>   exposure, deposit  --->   p(s, c)
/// X2    <-- Result{statement, mac, sealed under k_i and psk} -------
///       flush: statement, ciphertext, update
/// X3    Update{round, total, signature} ->   is it mine?        --->   signature, total, lock
///                                            flush: update and k_i <-  k_i
/// X4    <------------------------- Key{k_i}
///       opens, checks the state's name
/// C1                                         close(total, k_i) --------------------->   wage
/// C2    refund, from the timeout on ------------------------------------------------>   deposit
/// ```
///
/// Three pure machines: `requester.RequesterMachine` and `node.NodeMachine` for one session of a
/// channel, `enclave.EnclaveMachine` for the enclave of that session. What has to be on disk before
/// something is said is an effect `Keep`, and an input `Kept` says that it is.
@NullMarked
package io.evenhand.protocols.metered;

import org.jspecify.annotations.NullMarked;
