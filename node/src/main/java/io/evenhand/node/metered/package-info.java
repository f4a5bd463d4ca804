/// The metered protocol in a node: channels that are served and channels that are paid for. Rounds
/// go over one stream for each channel and past the outbox (spec-metered D, H).
@NullMarked
package io.evenhand.node.metered;

import org.jspecify.annotations.NullMarked;
