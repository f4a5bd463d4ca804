/// What people must hear while there is still time to act.
@NullMarked
package io.evenhand.kit.alarm;

import org.jspecify.annotations.NullMarked;
