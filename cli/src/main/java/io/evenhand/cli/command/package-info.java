/// One class per command: its options, its example, and what it does.
@NullMarked
package io.evenhand.cli.command;

import org.jspecify.annotations.NullMarked;
