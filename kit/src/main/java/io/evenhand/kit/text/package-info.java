/// Text for people that holds what peers wrote: one line, short names, times.
@NullMarked
package io.evenhand.kit.text;

import org.jspecify.annotations.NullMarked;
