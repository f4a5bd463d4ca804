/// The requester's side of one session: it pays a round only when it can open it, and opens what it
/// paid.
@NullMarked
package io.evenhand.protocols.metered.requester;

import org.jspecify.annotations.NullMarked;
