@NullMarked
package io.evenhand.node.stream;

import org.jspecify.annotations.NullMarked;
