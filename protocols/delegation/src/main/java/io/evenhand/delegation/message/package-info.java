/// What the three parties of a delegation say to each other, as typed values; the signed ones are
/// statements.
@NullMarked
package io.evenhand.delegation.message;

import org.jspecify.annotations.NullMarked;
