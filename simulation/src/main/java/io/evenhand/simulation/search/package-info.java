/// Breadth-first search over states of small integers: every value is stored once and named by a
/// number, so two states are equal exactly when their numbers are.
@NullMarked
package io.evenhand.simulation.search;

import org.jspecify.annotations.NullMarked;
