/// `evenhand verify`: evidence, checked against the chain and the work, and reported as text, as
/// JSON, and as a page that can be printed.
@NullMarked
package io.evenhand.cli.evidence;

import org.jspecify.annotations.NullMarked;
