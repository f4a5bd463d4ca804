/// The project's own rules as tests: style, dependencies between modules, and the map from the
/// papers to the code.
@NullMarked
package io.evenhand.system.house;

import org.jspecify.annotations.NullMarked;
