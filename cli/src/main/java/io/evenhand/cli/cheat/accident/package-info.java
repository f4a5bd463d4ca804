/// Nobody cheats, but something breaks: a process ends at the worst instant, an old backup comes
/// back.
@NullMarked
package io.evenhand.cli.cheat.accident;

import org.jspecify.annotations.NullMarked;
