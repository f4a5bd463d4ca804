/// Customers that break the rules.
@NullMarked
package io.evenhand.demo.delegation.cheat.customer;

import org.jspecify.annotations.NullMarked;
