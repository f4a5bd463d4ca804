package io.evenhand.kit.deal;

import io.evenhand.kit.value.Bytes32;

/// A scalar that somebody published on a chain: public from the moment a node has seen it.
public record RevealedKey(Bytes32 scalar) {}
