/// The node that executes: what it serves, to whom, and how far ahead of its pay.
@NullMarked
package io.evenhand.protocols.metered.node;

import org.jspecify.annotations.NullMarked;
