package io.evenhand.simulation.chain;

import io.evenhand.kit.value.Bytes32;

/// A secret that a transaction made public.
///
/// @param output what it was published for, as its contract names it: a deal, say
public record Shown(Object output, Bytes32 secret) {}
