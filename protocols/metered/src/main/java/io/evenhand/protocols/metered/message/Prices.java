package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Wei;

/// What a requester pays (spec-metered F4): `perRound + charged x rate` for a round, so totals rise
/// strictly; `perSession` is part of the first round's price.
///
/// @param rate for each charged cycle
/// @param perRound at least 1 wei
public record Prices(Wei rate, Wei perRound, Wei perSession) {
    public Prices {
        if (perRound.equals(Wei.ZERO)) {
            throw new MalformedException("a round costs at least 1 wei");
        }
    }

    /// The price of a round, of the session too if it is the first one.
    ///
    /// @param round from 1 in each session
    public Wei of(int round, long charged) {
        Wei price = alone(charged);
        return round == 1 ? price.plus(perSession) : price;
    }

    /// The price of a round without that of its session, which is owed before it.
    public Wei alone(long charged) {
        return perRound.plus(rate.times(charged));
    }
}
