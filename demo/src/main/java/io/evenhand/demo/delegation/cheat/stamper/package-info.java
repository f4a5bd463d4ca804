/// Stampers that break the rules. The profile `software` protects nothing against their operators.
@NullMarked
package io.evenhand.demo.delegation.cheat.stamper;

import org.jspecify.annotations.NullMarked;
