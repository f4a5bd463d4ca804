/// The sandbox: a customer's WebAssembly policy runs here, and can do nothing but read and decide
/// (D4, decisions 14), and so does a requester's program, which can do nothing but go from one
/// state to the next (A25, F5, G9).
///
/// ```
/// module.wasm --ModuleReader--> ModuleShape    every limit of GuestLimits, no other import
///             --engine--------> valid          the original is validated before anything changes
///             --Meter---------> metered bytes  fuel, call depth, canonical NaN
///             --Guest.run-----> GuestResult    a policy: on a deep stack, in a memory of its own
///             --round---------> Round          a program: again and again in one GuestMemory, which
///                                              is put back in between
/// ```
///
/// Verdict and fuel are functions of module, work, hidden data and fuel alone, and a round is one
/// of program, limits, state and cycles: the interpreter and the compiler of the engine give the
/// same ones. Whatever depends on the machine instead (time, its memory, its disk) ends in {@link
/// GuestAborted}, which is nobody's verdict.
@NullMarked
package io.evenhand.enclave.sandbox;

import org.jspecify.annotations.NullMarked;
