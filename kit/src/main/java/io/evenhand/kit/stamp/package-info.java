/// The stamp: a signed statement about a seal, made by something that saw the plaintext.
@NullMarked
package io.evenhand.kit.stamp;

import org.jspecify.annotations.NullMarked;
