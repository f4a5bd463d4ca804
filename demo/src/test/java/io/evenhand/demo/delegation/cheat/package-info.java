/// Tests of what the cheats are made with; the cheats themselves are played by `CheatsIT`.
@NullMarked
package io.evenhand.demo.delegation.cheat;

import org.jspecify.annotations.NullMarked;
