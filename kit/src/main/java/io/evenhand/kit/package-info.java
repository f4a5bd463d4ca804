/// The kit: values, bytes and cryptography that every protocol of Evenhand shares.
@NullMarked
package io.evenhand.kit;

import org.jspecify.annotations.NullMarked;
