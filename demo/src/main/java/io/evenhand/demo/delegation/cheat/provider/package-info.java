/// Providers that break the rules.
@NullMarked
package io.evenhand.demo.delegation.cheat.provider;

import org.jspecify.annotations.NullMarked;
