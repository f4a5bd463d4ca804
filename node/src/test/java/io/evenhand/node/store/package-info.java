/// The journal under test: real files, real processes, real crashes.
@NullMarked
package io.evenhand.node.store;

import org.jspecify.annotations.NullMarked;
