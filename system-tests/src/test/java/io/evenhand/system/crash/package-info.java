/// Processes that die: at random instants, at every journal write, and with an old backup put back.
///
/// A {@link io.evenhand.system.crash.CrashTestbed} is a chain with one stamper and one provider;
/// each exchange in it has a customer of its own. `make soak` runs {@link
/// io.evenhand.system.crash.Soak}; a bounded part of it runs in `make verify`.
@NullMarked
package io.evenhand.system.crash;

import org.jspecify.annotations.NullMarked;
