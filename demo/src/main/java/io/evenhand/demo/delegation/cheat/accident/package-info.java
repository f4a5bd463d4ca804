/// Nobody cheats, but something breaks: a process ends at the worst instant, an old backup comes
/// back.
@NullMarked
package io.evenhand.demo.delegation.cheat.accident;

import org.jspecify.annotations.NullMarked;
