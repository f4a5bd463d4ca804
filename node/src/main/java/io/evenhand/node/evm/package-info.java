/// Our account on one EVM chain, and the deals of one escrow contract, for any protocol.
@NullMarked
package io.evenhand.node.evm;

import org.jspecify.annotations.NullMarked;
