/// Nodes that lie, stop or starve, and chains that shake.
@NullMarked
package io.evenhand.demo.delegation.cheat.node;

import org.jspecify.annotations.NullMarked;
