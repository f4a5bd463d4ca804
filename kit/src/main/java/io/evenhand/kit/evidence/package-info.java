/// What a party can hand to a stranger: signed statements and the files that go with them, in one
/// container.
///
/// What a bundle proves is decided by each protocol's own verdict; this package only makes sure
/// that what is read is what was written.
@NullMarked
package io.evenhand.kit.evidence;

import org.jspecify.annotations.NullMarked;
