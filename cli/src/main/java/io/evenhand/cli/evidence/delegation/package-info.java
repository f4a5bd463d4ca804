/// The part of `verify` that is about delegations: their escrow, their sealed work, their terms.
@NullMarked
package io.evenhand.cli.evidence.delegation;

import org.jspecify.annotations.NullMarked;
