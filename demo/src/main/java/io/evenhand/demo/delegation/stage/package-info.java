/// The stage with the parties of a delegation on it, and what their cheats share.
@NullMarked
package io.evenhand.demo.delegation.stage;

import org.jspecify.annotations.NullMarked;
