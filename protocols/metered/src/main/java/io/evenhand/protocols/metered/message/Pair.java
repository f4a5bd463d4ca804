package io.evenhand.protocols.metered.message;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;

/// An update with the key of its lock: all that a payee needs to close.
///
/// @param signature of the channel's signer, r ‖ vs
/// @param k known to both sides, no secret any more
public record Pair(Wei total, Bytes32 lock, Signature signature, Bytes32 k) {}
