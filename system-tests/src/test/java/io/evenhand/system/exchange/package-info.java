/// Whole exchanges between real processes of the command line, on a real chain, also when one of
/// them is killed in the middle.
@NullMarked
package io.evenhand.system.exchange;

import org.jspecify.annotations.NullMarked;
