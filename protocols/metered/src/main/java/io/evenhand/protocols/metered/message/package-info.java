/// What the parties sign and what they say on the stream, with the bytes of spec-metered H.
@NullMarked
package io.evenhand.protocols.metered.message;

import org.jspecify.annotations.NullMarked;
