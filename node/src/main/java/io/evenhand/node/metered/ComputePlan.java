package io.evenhand.node.metered;

/// What a user wants of one channel, as it is stored with the exchange.
///
/// @param cycles of the whole job, through this channel
/// @param round cycles of one round
public record ComputePlan(long cycles, long round) {}
