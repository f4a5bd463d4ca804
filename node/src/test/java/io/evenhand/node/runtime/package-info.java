/// The runtime under test: real daemons over real TLS, real files, real processes.
@NullMarked
package io.evenhand.node.runtime;

import org.jspecify.annotations.NullMarked;
