/// The guest host: a process that runs policies, holds nothing durable and reaches nothing but its
/// two pipes.
///
/// ```
/// stdin --frames--> GuestHost --> policy reads BoundWork --> LentSource --frames--> stdout
/// ```
///
/// It does not trust the node that lends it the work: it checks what it reads against the root for
/// which it is to judge.
@NullMarked
package io.evenhand.enclave.host;

import org.jspecify.annotations.NullMarked;
