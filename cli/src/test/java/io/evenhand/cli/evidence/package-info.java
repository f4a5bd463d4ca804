/// Tests of what a stranger reads.
@NullMarked
package io.evenhand.cli.evidence;

import org.jspecify.annotations.NullMarked;
