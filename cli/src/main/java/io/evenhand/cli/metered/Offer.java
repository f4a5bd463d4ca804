package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Moments;
import io.evenhand.cli.Output;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.metered.Pricing;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Prices;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a job may cost, and what is locked for it, before anything is signed.
///
/// @param prices the highest of all nodes that may be asked
/// @param all the highest price of all cycles, in one session
/// @param deposit of each channel
/// @param close what a node's close costs at worst now
/// @param backAt seconds since 1970: from then on the deposit can be taken back
record Offer(
        ProgramFile program,
        Trial trial,
        long cycles,
        long round,
        int window,
        Prices prices,
        Wei all,
        Wei deposit,
        Wei close,
        long backAt) {
    /// Nodes take no deposit below so many times the dearest close (F7); fees may rise by a tenth
    /// until the node looks.
    private static final int CLOSES = 44;

    /// Sessions that the deposit has room for: a node may start again.
    private static final int SESSIONS = 4;

    private static final BigInteger GIGA = BigInteger.valueOf(1_000_000_000);

    /// The prices at which a cycle costs no more than this. All that a node does for a program is
    /// counted in fuel at one price, which follows.
    static Prices most(Limits limits, Wei rate) {
        BigInteger gigafuel =
                rate.value().multiply(GIGA).divide(BigInteger.valueOf(limits.fuelPerCycle()));
        if (gigafuel.signum() == 0) {
            throw CliException.usage(
                    "--rate %s is less than anything costs: a cycle of this program may take %,d units of fuel"
                            .formatted(rate, limits.fuelPerCycle()));
        }
        return new Pricing(new Wei(gigafuel)).of(limits);
    }

    static Wei all(Prices prices, long cycles, long round) {
        long rounds = Math.ceilDiv(cycles, round);
        return prices.perSession()
                .plus(prices.perRound().times(rounds))
                .plus(prices.rate().times(cycles));
    }

    /// Enough for the whole job, and what nodes ask for at least.
    static Wei deposit(Prices prices, Wei all, Wei close, int window, long round) {
        Wei room =
                all.plus(prices.perSession().times(SESSIONS - 1))
                        .plus(prices.of(2, round).times(window + 1L));
        Wei least = close.times(CLOSES);
        return room.compareTo(least) > 0 ? room : least;
    }

    void say(Output output) {
        output.event("offer", fields(), String.join(System.lineSeparator(), lines()));
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("program", program.name());
        fields.put("programSha256", program.program().hash().toString());
        fields.put("cycles", cycles);
        fields.put("round", round);
        fields.put("window", window);
        fields.put("fuelPerCycle", trial.limits().fuelPerCycle());
        fields.put("rate", prices.rate());
        fields.put("perRound", prices.perRound());
        fields.put("perSession", prices.perSession());
        fields.put("mostPrice", all);
        fields.put("deposit", deposit);
        fields.put("backAt", java.time.Instant.ofEpochSecond(backAt));
        fields.put("profile", "software");
        return fields;
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%s: %,d cycles in rounds of %,d (here %,.0f cycles a second)"
                        .formatted(program.name(), cycles, round, trial.cyclesPerSecond()));
        lines.add(
                "price     %s at most: %s a cycle, %s a round, %s for each start"
                        .formatted(all, prices.rate(), prices.perRound(), prices.perSession()));
        lines.add(
                "deposit   %s is locked in the contract; what is not paid comes back"
                                .formatted(deposit)
                        + " when the node closes, or from "
                        + Moments.shown(backAt)
                        + " on if it vanishes");
        lines.add(
                ("risk      rounds are paid once they are here, sealed; you lose %s at most (%d rounds)"
                                + " to a node that keeps a key")
                        .formatted(
                                prices.of(1, round).plus(prices.of(2, round).times(window - 1L)),
                                window));
        lines.add(
                "software  nothing but the node's word says what it runs: its owner can read the data"
                        + " and make up results");
        if (all.compareTo(close) <= 0) {
            lines.add(
                    "note      the price is below the fee of a close ("
                            + close
                            + "): the node may not close, and then the whole deposit waits until "
                            + Moments.shown(backAt));
        }
        return lines;
    }
}
