/// The model chain: blocks, a mempool with an inclusion bound, and reorgs shallower than finality.
@NullMarked
package io.evenhand.simulation.chain;

import org.jspecify.annotations.NullMarked;
