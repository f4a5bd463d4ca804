/// A stamper: {@link io.evenhand.node.delegation.stamper.StamperDaemon}.
@NullMarked
package io.evenhand.node.delegation.stamper;

import org.jspecify.annotations.NullMarked;
