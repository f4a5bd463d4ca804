/// Tests of messages, secrets and files between a node and its peers.
@NullMarked
package io.evenhand.node.peer;

import org.jspecify.annotations.NullMarked;
