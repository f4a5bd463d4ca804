/// The sandbox: a customer's WebAssembly policy runs here, and can do nothing but read and decide
/// (D4, decisions 14).
///
/// ```
/// module.wasm --ModuleReader--> ModuleShape    every limit of GuestLimits, no other import
///             --engine--------> valid          the original is validated before anything changes
///             --Meter---------> metered bytes  fuel, call depth, canonical NaN
///             --Guest.run-----> Result         on a deep stack, in one memory of a fixed size
/// ```
///
/// Verdict and fuel are functions of module, work, hidden data and fuel alone: the interpreter and
/// the compiler of the engine give the same ones. Whatever depends on the machine instead (time,
/// its memory, its disk) ends in {@link GuestAborted}, which is nobody's verdict.
@NullMarked
package io.evenhand.enclave.sandbox;

import org.jspecify.annotations.NullMarked;
