/// Cryptography as terms: a 32-byte value is the fingerprint of what it was made from, nothing is
/// ever guessed, and what a party can read is what it can derive.
@NullMarked
package io.evenhand.simulation.symbolic;

import org.jspecify.annotations.NullMarked;
