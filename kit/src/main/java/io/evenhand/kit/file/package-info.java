/// Files that are either wholly there or not there.
@NullMarked
package io.evenhand.kit.file;

import org.jspecify.annotations.NullMarked;
