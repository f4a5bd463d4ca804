/// Outsiders who see the chain and its mempool.
@NullMarked
package io.evenhand.demo.delegation.cheat.stranger;

import org.jspecify.annotations.NullMarked;
