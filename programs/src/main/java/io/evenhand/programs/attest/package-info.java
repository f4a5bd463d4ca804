/// Evidence of where a stamper runs: who vouches for the program that holds the stamp key.
///
/// The stamper makes evidence over 64 bytes that bind its key and the customer's nonce; the
/// customer checks it before the key stands in the Terms. A profile is a way to make evidence. The
/// only one so far is `software`, which vouches for nothing and says so.
@NullMarked
package io.evenhand.programs.attest;

import org.jspecify.annotations.NullMarked;
