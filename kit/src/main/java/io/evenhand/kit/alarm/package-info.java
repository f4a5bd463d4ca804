/// Alarms: what people must be told while there is still time to act.
@NullMarked
package io.evenhand.kit.alarm;

import org.jspecify.annotations.NullMarked;
