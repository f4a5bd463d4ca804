/// Tests of the command line inside one process.
@NullMarked
package io.evenhand.cli;

import org.jspecify.annotations.NullMarked;
