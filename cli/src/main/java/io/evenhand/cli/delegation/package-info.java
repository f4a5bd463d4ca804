/// Delegation in the command line: its commands, and what the shared ones say and do about its
/// exchanges.
@NullMarked
package io.evenhand.cli.delegation;

import org.jspecify.annotations.NullMarked;
