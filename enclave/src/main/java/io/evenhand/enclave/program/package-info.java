/// Tries whether a program is fit to be paid for round by round: that its result does not depend on
/// where rounds end, nor on which machine goes on.
///
/// ```
/// state --one round of c cycles----------------------> state, output, fuel
/// state --a--> --b--> moved to another instance --c--> the same, or a Difference in words
/// ```
@NullMarked
package io.evenhand.enclave.program;

import org.jspecify.annotations.NullMarked;
