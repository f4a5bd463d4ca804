/// The stamper's programs: its bulk job and the evidence of where it runs.
///
/// `policy` reads the customer's policy file, `stamper` turns a pass into a seal, `attest` says
/// what vouches for the stamper.
@NullMarked
package io.evenhand.programs;

import org.jspecify.annotations.NullMarked;
