/// A deal: wage, deadline and point lock in the escrow contract, and how a party sees it on its
/// chain.
@NullMarked
package io.evenhand.kit.deal;

import org.jspecify.annotations.NullMarked;
