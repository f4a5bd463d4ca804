/// Customers that break the rules.
@NullMarked
package io.evenhand.cli.cheat.customer;

import org.jspecify.annotations.NullMarked;
