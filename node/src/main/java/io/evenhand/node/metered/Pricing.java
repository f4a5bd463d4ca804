package io.evenhand.node.metered;

import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Prices;
import java.math.BigInteger;

/// What a node asks for a program with these limits (spec-metered F4, G3): everything that takes
/// its time is counted in fuel, at one price.
///
/// @param gigafuel price of 10^9 units, about half a second of one processor
public record Pricing(Wei gigafuel) {
    private static final BigInteger GIGA = BigInteger.valueOf(1_000_000_000);

    /// Units for what a round takes beside the program: keys, seals, its share of a flush.
    private static final long ROUND = 500_000;

    /// Units for each page that may have to be put back.
    private static final long PAGE = 20_000;

    /// Units for each byte that is named, compared, deflated and sealed.
    private static final long BYTE = 40;

    /// Units for the start of a session's process and its evidence.
    private static final long SESSION = 1_000_000_000;

    /// Units for each byte of a module that is compiled.
    private static final long MODULE_BYTE = 10_000;

    public Prices of(Limits limits) {
        long perRound =
                ROUND
                        + limits.callFuel()
                        + PAGE * limits.pages()
                        + BYTE * (2L * limits.stateBytes() + limits.outputBytes());
        long perSession = SESSION + MODULE_BYTE * limits.moduleBytes();
        return new Prices(fuel(limits.fuelPerCycle()), fuel(perRound), fuel(perSession));
    }

    /// At least 1 wei.
    private Wei fuel(long units) {
        BigInteger[] price =
                gigafuel.value().multiply(BigInteger.valueOf(units)).divideAndRemainder(GIGA);
        return new Wei(
                price[1].signum() == 0
                        ? price[0].max(BigInteger.ONE)
                        : price[0].add(BigInteger.ONE));
    }

    /// The default trust in a stranger: a second of computing.
    public Wei second() {
        return gigafuel.times(2);
    }
}
