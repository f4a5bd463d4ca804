/// Outsiders who see the chain and its mempool.
@NullMarked
package io.evenhand.cli.cheat.stranger;

import org.jspecify.annotations.NullMarked;
