/// The whole product from outside: real processes, a real chain, real files.
@NullMarked
package io.evenhand.system.whole;

import org.jspecify.annotations.NullMarked;
