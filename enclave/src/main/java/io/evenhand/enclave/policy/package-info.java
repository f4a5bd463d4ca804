/// Policies: what the customer wants of the work, as a function from work to one bit (D3, D4).
///
/// ```
/// policy.yaml --PolicyFile--> PolicySpec --canonical()--> text hashed into the Terms
///                                 |                               |
///                              judge()  <-----parse()-------------+   in the stamper
///                                 |
///                              Verdict --Quantum--> one bit, on a grid of time
/// ```
///
/// Built-in policies run inside the stamper, in Java, on capped input (decisions 14). Anything
/// malformed in the work fails it; anything malformed in the hidden data is the customer's error
/// and is refused when the stamper is provisioned, before work begins.
@NullMarked
package io.evenhand.enclave.policy;

import org.jspecify.annotations.NullMarked;
