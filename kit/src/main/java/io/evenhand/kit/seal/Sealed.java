package io.evenhand.kit.seal;

import io.evenhand.kit.value.SealId;

/// A seal that was written: its header, and the name that commits to every byte of it.
public record Sealed(SealHeader header, SealId sealId) {}
