/// What the three parties of a delegation say to each other, as typed values; the signed ones are
/// statements.
@NullMarked
package io.evenhand.protocols.delegation.message;

import org.jspecify.annotations.NullMarked;
