/// A channel from its proposal to its end on the chain: what is journalled step by step (S1 to S3,
/// C1, C2). Sessions and rounds happen while it is open, and are not steps of these machines.
///
/// ```
/// payer   Proposed -> Opening -> Open -> Ending -> [Closed | Refunded]      [Aborted]
/// payee   Agreed -> Open -> Closing -> [Closed]                             [Expired]
/// ```
@NullMarked
package io.evenhand.protocols.metered.channel;

import org.jspecify.annotations.NullMarked;
