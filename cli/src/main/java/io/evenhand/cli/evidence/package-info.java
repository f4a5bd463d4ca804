/// What a stranger reads: evidence checked against the chain and the work, told in plain words, as
/// JSON, and as a page that can be printed.
@NullMarked
package io.evenhand.cli.evidence;

import org.jspecify.annotations.NullMarked;
