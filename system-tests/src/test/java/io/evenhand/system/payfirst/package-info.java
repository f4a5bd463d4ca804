/// A protocol that no part of the program knows: pay first, deliver later. It is not fair, and not
/// installed; it shows what a protocol has to bring to run on a node.
@NullMarked
package io.evenhand.system.payfirst;

import org.jspecify.annotations.NullMarked;
