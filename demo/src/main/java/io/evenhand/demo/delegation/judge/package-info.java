/// The judge of the demo: it trusts no party, opens what it can open, reads the chain, and says who
/// is worse off.
@NullMarked
package io.evenhand.demo.delegation.judge;

import org.jspecify.annotations.NullMarked;
