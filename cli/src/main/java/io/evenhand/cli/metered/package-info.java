/// Computing that is paid round by round, in the command line (spec-metered; issue 11, point 8).
///
/// ```
/// RunCommand -> Trial -> Offer (in words) -> Computing -> RequesterAgent
///                                            |  DONE: Results, then the close
///                                            |  silent or left: the next node, a channel of its own
/// resume, close, refund -> OpenChannels -----+
/// ```
@NullMarked
package io.evenhand.cli.metered;

import org.jspecify.annotations.NullMarked;
