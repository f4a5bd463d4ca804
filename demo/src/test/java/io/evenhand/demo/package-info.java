/// Tests of the commands `demo` and `bench`.
@NullMarked
package io.evenhand.demo;

import org.jspecify.annotations.NullMarked;
