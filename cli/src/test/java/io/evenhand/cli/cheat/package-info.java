@NullMarked
package io.evenhand.cli.cheat;

import org.jspecify.annotations.NullMarked;
