/// Measuring commands under test.
@NullMarked
package io.evenhand.demo.command;

import org.jspecify.annotations.NullMarked;
