/// What every node is built on: its store, identity, disk and limits, and what it reports to its
/// owner.
@NullMarked
package io.evenhand.node;

import org.jspecify.annotations.NullMarked;
