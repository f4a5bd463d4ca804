/// `evenhand demo delegation`: a whole exchange on one machine, with real processes, and a side
/// that cheats if asked.
@NullMarked
package io.evenhand.demo.delegation;

import org.jspecify.annotations.NullMarked;
