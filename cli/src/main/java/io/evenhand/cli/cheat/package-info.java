/// One side cheats for real: wrappers around the honest machines, used by the demo alone. No other
/// command can reach them.
@NullMarked
package io.evenhand.cli.cheat;

import org.jspecify.annotations.NullMarked;
