/// Delegation bound to a node: {@link io.evenhand.node.delegation.DelegationBinding} says how its
/// effects are carried out, the packages below how each role begins, serves and ends.
@NullMarked
package io.evenhand.node.delegation;

import org.jspecify.annotations.NullMarked;
