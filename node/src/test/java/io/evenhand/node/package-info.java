/// Tests on real daemons, TLS, files and processes.
@NullMarked
package io.evenhand.node;

import org.jspecify.annotations.NullMarked;
