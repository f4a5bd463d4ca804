/// Tests of `evenhand verify`.
@NullMarked
package io.evenhand.cli.evidence;

import org.jspecify.annotations.NullMarked;
