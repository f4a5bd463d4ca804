/// Tests of the peers' side.
@NullMarked
package io.evenhand.node.peer;

import org.jspecify.annotations.NullMarked;
