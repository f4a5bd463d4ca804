/// The part of a node that the customer trusts: it runs the program and holds the keys of the
/// rounds. Memory only: a restart ends it.
@NullMarked
package io.evenhand.protocols.metered.enclave;

import org.jspecify.annotations.NullMarked;
