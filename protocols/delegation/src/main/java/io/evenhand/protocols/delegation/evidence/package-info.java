/// What a party can hand to a stranger, and what the stranger may conclude from it, offline (kit
/// section 1.7, D24).
@NullMarked
package io.evenhand.protocols.delegation.evidence;

import org.jspecify.annotations.NullMarked;
