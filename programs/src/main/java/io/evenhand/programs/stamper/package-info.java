/// The stamper's bulk work: take a work in, judge it, and seal what passed (T5, decisions 16b).
///
/// ```
/// provider --bytes--> Spool.take ---------> file, length, plain root
///                                             |
///                      Judging.run: policy reads it  --+-- every pass must
///                                   sealer reads it  --+   give that root
///                                             |
///                      Judged.Passed(header, sealId) -> the machine signs the stamp
/// ```
///
/// The counter of attempts is the machine's, and is flushed before a run; keys never come here but
/// the seed and the psk that a seal needs. No ciphertext leaves: the provider makes the same seal
/// itself (D1).
@NullMarked
package io.evenhand.programs.stamper;

import org.jspecify.annotations.NullMarked;
