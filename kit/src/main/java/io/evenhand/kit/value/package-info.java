/// Values with names: hashes, identifiers, keys, addresses and amounts. None of them is a secret.
@NullMarked
package io.evenhand.kit.value;

import org.jspecify.annotations.NullMarked;
