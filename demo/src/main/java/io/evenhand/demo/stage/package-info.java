/// The set-up of a demo of any protocol: a chain, a data directory and a process for each party,
/// what a cheat may do to them, and what is shown on the screen.
@NullMarked
package io.evenhand.demo.stage;

import org.jspecify.annotations.NullMarked;
