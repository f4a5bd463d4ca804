/// What every node stands on: its store, identity, disk and limits, and what it tells its owner.
@NullMarked
package io.evenhand.node;

import org.jspecify.annotations.NullMarked;
