/// Programs that judge work: policies, the stamper's bulk job and the evidence of where it runs.
///
/// `policy` decides pass or fail, `stamper` turns a pass into a seal, `attest` says what vouches
/// for the stamper, `digits` prepares the task of the demo.
@NullMarked
package io.evenhand.programs;

import org.jspecify.annotations.NullMarked;
