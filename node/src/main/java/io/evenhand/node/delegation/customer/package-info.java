/// A customer of delegations: {@link io.evenhand.node.delegation.customer.CustomerAgent}.
@NullMarked
package io.evenhand.node.delegation.customer;

import org.jspecify.annotations.NullMarked;
