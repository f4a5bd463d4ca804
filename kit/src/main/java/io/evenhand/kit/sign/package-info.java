/// Statements and who signed them: every type has its own name, so none can pass for another.
@NullMarked
package io.evenhand.kit.sign;

import org.jspecify.annotations.NullMarked;
