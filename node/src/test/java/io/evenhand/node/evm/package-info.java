/// Tests of what sessions do on a real chain.
@NullMarked
package io.evenhand.node.evm;

import org.jspecify.annotations.NullMarked;
