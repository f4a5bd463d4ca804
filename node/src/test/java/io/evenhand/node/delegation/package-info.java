/// Tests on real daemons, TLS, files and processes.
@NullMarked
package io.evenhand.node.delegation;

import org.jspecify.annotations.NullMarked;
