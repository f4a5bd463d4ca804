/// The place where the demo plays: a chain, a home for each party, the parties as processes, and
/// what a cheat may do to all of them.
@NullMarked
package io.evenhand.demo.stage;

import org.jspecify.annotations.NullMarked;
