/// The guest host: a process that runs policies, holds nothing durable and reaches nothing but its
/// two pipes.
///
/// ```
/// stdin --frames--> GuestHost --> policy reads BoundWork --> LentSource --frames--> stdout
/// ```
///
/// The enclave of a metered session is the same kind of process, which holds the session's keys:
///
/// ```
/// stdin --frames--> EnclaveHost --> EnclaveSession --frames--> stdout
///                                        +-- rounds, on a thread of their own
/// ```
///
/// A guest host does not trust the node that lends it the work: it checks what it reads against the
/// root for which it is to judge. An enclave trusts nobody: a key leaves it for the update that
/// pays for it, and for nothing else.
@NullMarked
package io.evenhand.enclave.host;

import org.jspecify.annotations.NullMarked;
