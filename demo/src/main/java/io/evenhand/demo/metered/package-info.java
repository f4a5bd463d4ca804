/// What the demo program shows of payment round by round: so far what its transactions cost.
@NullMarked
package io.evenhand.demo.metered;

import org.jspecify.annotations.NullMarked;
