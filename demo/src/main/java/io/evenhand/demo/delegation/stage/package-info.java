/// The set-up of the demo of a delegation: its parties and its task, and what its cheats share.
@NullMarked
package io.evenhand.demo.delegation.stage;

import org.jspecify.annotations.NullMarked;
