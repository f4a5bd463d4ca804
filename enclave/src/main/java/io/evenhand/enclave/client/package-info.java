/// The node's side of a guest host: starts the process, lends it what it asks for, and kills it on
/// a limit of time.
///
/// ```
/// Hosts.judge --> HostProcess --frames--> process (HostCommand, inside of Fences)
///      |               +-- reads work and hidden data for it
///      +-- looks at processor and wall time, kills
/// ```
@NullMarked
package io.evenhand.enclave.client;

import org.jspecify.annotations.NullMarked;
