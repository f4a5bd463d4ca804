/// Messages, secrets and files between this node and its peers, of any protocol.
@NullMarked
package io.evenhand.node.peer;

import org.jspecify.annotations.NullMarked;
