/// The customer's policy file, from which a policy's canonical text is made.
@NullMarked
package io.evenhand.programs.policy;

import org.jspecify.annotations.NullMarked;
