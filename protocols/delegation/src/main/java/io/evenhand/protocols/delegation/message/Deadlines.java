package io.evenhand.protocols.delegation.message;

/// The times of one exchange.
///
/// @param tWork seconds since 1970: work delivered later is not paid for
/// @param tFund seconds since 1970: a deposit in a later block is given back
/// @param claimBy seconds since 1970: the wage is claimed before it or refunded from it on (R5)
/// @param retentionSeconds how long the provider keeps the sealed work (D16)
public record Deadlines(long tWork, long tFund, long claimBy, long retentionSeconds) {}
