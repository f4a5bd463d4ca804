/// What goes over the pipes between a node and its guest host.
@NullMarked
package io.evenhand.enclave.frame;

import org.jspecify.annotations.NullMarked;
