/// `evenhand bench`: figures measured on this machine, on real parts.
@NullMarked
package io.evenhand.demo.bench;

import org.jspecify.annotations.NullMarked;
