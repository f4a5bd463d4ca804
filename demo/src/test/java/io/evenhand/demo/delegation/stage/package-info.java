/// Tests of what the demo delegates.
@NullMarked
package io.evenhand.demo.delegation.stage;

import org.jspecify.annotations.NullMarked;
