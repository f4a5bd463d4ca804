/// Chain nodes that lie or fail, chains with reorgs and dear blocks, clocks that are wrong.
@NullMarked
package io.evenhand.demo.delegation.cheat.node;

import org.jspecify.annotations.NullMarked;
