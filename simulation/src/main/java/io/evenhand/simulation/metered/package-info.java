/// The metered protocol as the explorer plays it: the real machines of requester, node and enclave,
/// the model of the Meter, and the strategies and accidents that may hit them.
@NullMarked
package io.evenhand.simulation.metered;

import org.jspecify.annotations.NullMarked;
