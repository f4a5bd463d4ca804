package io.evenhand.delegation.message;

/// The times of one exchange.
///
/// @param tWork seconds since 1970: work delivered later is not paid for
/// @param tFund seconds since 1970: a deposit in a later block is given back
/// @param claimWindowSeconds from the deposit to `claimBy`
/// @param retentionSeconds how long the provider keeps the sealed work (D16)
public record Deadlines(long tWork, long tFund, long claimWindowSeconds, long retentionSeconds) {}
