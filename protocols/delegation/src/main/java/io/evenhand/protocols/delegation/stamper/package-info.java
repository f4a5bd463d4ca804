/// The stamper, the paper's V: makes the stamp key, counts attempts, stamps at most once.
@NullMarked
package io.evenhand.protocols.delegation.stamper;

import org.jspecify.annotations.NullMarked;
