/// What every process of this program has in common: how it starts children.
@NullMarked
package io.evenhand.kit.process;

import org.jspecify.annotations.NullMarked;
