/// Tests on real daemons, TLS, files and processes.
@NullMarked
package io.evenhand.node.exchange;

import org.jspecify.annotations.NullMarked;
