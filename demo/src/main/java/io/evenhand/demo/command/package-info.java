/// `evenhand demo` and `evenhand bench`, whatever the protocol: {@link
/// io.evenhand.demo.command.DemoProtocol} is what a protocol brings.
@NullMarked
package io.evenhand.demo.command;

import org.jspecify.annotations.NullMarked;
