/// The habits of the house as tests: style, the arrows between rooms, and the map from the papers
/// to the code.
@NullMarked
package io.evenhand.system.house;

import org.jspecify.annotations.NullMarked;
