/// Tests of what transactions of the Meter cost.
@NullMarked
package io.evenhand.demo.metered;

import org.jspecify.annotations.NullMarked;
