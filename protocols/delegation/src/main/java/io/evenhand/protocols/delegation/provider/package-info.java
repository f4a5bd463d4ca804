/// The provider: accepts, works, has the work stamped, delivers, and claims only what is final and
/// in time.
@NullMarked
package io.evenhand.protocols.delegation.provider;

import org.jspecify.annotations.NullMarked;
