/// Where a demo plays, whatever its protocol: a chain, a home for each party, the parties as
/// processes, what a cheat may do to all of them, and what the audience sees of it.
@NullMarked
package io.evenhand.demo.stage;

import org.jspecify.annotations.NullMarked;
