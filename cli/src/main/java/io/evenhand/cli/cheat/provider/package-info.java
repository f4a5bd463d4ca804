/// Providers that break the rules.
@NullMarked
package io.evenhand.cli.cheat.provider;

import org.jspecify.annotations.NullMarked;
