/// What a delegation costs, measured on this machine, on real parts.
@NullMarked
package io.evenhand.demo.delegation.bench;

import org.jspecify.annotations.NullMarked;
