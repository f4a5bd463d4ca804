/// The node's side of guest hosts and of enclaves: starts the process, talks with it, and kills it
/// on a limit of time.
///
/// ```
/// Hosts.judge --> HostProcess --frames--> process (HostCommand, inside of Fences)
///      |               +-- reads work and hidden data for it
///      +-- looks at processor and wall time, kills
///
/// EnclaveProcesses.start --> EnclaveProcess --frames--> process (EnclaveCommand, inside of Fences)
///      |                        +-- hears, tells, kills at the end of a round's time
///      +-- counts places, gives a heap by the Terms (EnclaveHeap), puts NativeLibrary in its place
/// ```
@NullMarked
package io.evenhand.enclave.client;

import org.jspecify.annotations.NullMarked;
