/// The seal: work encrypted so that one small secret opens it, named by a hash that commits to
/// every byte (S1 to S8).
@NullMarked
package io.evenhand.kit.seal;

import org.jspecify.annotations.NullMarked;
