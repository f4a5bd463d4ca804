/// The task of the demo: handwritten digits, some of whose labels the provider is not shown.
@NullMarked
package io.evenhand.programs.digits;

import org.jspecify.annotations.NullMarked;
