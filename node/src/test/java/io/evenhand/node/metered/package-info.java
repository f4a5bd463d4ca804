/// Metered exchanges on real parts: journal, TLS, chain, sandbox.
@NullMarked
package io.evenhand.node.metered;

import org.jspecify.annotations.NullMarked;
