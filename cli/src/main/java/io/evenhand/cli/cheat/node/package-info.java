/// Nodes that lie, stop or starve, and chains that shake.
@NullMarked
package io.evenhand.cli.cheat.node;

import org.jspecify.annotations.NullMarked;
