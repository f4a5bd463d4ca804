package io.evenhand.ledger.evm;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import java.util.OptionalLong;

/// What may go wrong with the chain, with the nodes that show it, and with our account on it.
public sealed interface ChainAlarm extends Alarm {
    /// A transaction costs more now than it may: a claim at most a twentieth of the wage before its
    /// key is shown (10a), anything else at most what is at stake (R3).
    ///
    /// @param transaction `open`, `claim`, `refund` or `release`
    /// @param fee what it would cost now
    /// @param most what it may cost
    /// @param until seconds since 1970; later the transaction is of no use. `Long.MAX_VALUE` if it
    ///   always is
    record FeeAboveStake(String transaction, Wei fee, Wei most, long until) implements ChainAlarm {}

    /// This machine's clock and the newest block are far apart (decisions 10).
    ///
    /// @param secondsAhead of the newest block; negative if this machine is behind
    record ClockOff(long secondsAhead) implements ChainAlarm {}

    /// A node of the chain does not answer as it should.
    record EndpointLost(String endpoint, String why) implements ChainAlarm {}

    /// Two nodes say different things about the chain (16e).
    record EndpointsDisagree(String endpoint, String other, String what) implements ChainAlarm {}

    /// One foreign node alone says what is final (16e).
    record SingleEndpoint(String endpoint) implements ChainAlarm {}

    /// The chain does not say what is final: the user's own number of blocks does.
    record OwnFinality(int blocks) implements ChainAlarm {}

    /// Blocks were taken back that counted as final.
    record DeepReorg(String endpoint, String block) implements ChainAlarm {}

    /// The account cannot pay what it may have to.
    record LowBalance(Address account, Wei balance, Wei needed) implements ChainAlarm {}

    @Override
    default String subject() {
        return switch (this) {
            case FeeAboveStake a -> a.transaction();
            case EndpointLost a -> a.endpoint();
            case DeepReorg a -> a.block();
            case LowBalance a -> a.account().toString();
            case ClockOff _, EndpointsDisagree _, SingleEndpoint _, OwnFinality _ -> "";
        };
    }

    @Override
    default OptionalLong due() {
        return switch (this) {
            case FeeAboveStake a ->
                    a.until() == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(a.until());
            case ClockOff _,
                    EndpointLost _,
                    EndpointsDisagree _,
                    SingleEndpoint _,
                    OwnFinality _,
                    DeepReorg _,
                    LowBalance _ ->
                    OptionalLong.empty();
        };
    }

    @Override
    default String line() {
        return switch (this) {
            case FeeAboveStake(String transaction, Wei fee, Wei most, long _) ->
                    "the %s would cost %s in fees, it may cost %s"
                            .formatted(transaction, fee, most);
            case ClockOff(long seconds) ->
                    "this machine's clock is "
                            + Math.abs(seconds) / 60
                            + " minutes "
                            + (seconds > 0 ? "ahead of" : "behind")
                            + " the newest block";
            case EndpointLost(String _, String why) -> why;
            case EndpointsDisagree(String endpoint, String other, String what) ->
                    endpoint + " and " + other + " disagree: " + what;
            case SingleEndpoint(String endpoint) ->
                    endpoint + " alone says what is final, and it is not on this machine";
            case OwnFinality(int blocks) ->
                    "blocks count as final "
                            + blocks
                            + " blocks later, by your own word: the chain itself does not say so";
            case DeepReorg(String endpoint, String block) ->
                    "block " + block + " was final at " + endpoint + " and was taken back";
            case LowBalance(Address account, Wei balance, Wei needed) ->
                    "%s holds %s and may need %s".formatted(account, balance, needed);
        };
    }

    @Override
    default String wayOut() {
        return switch (this) {
            case FeeAboveStake(String transaction, var _, var _, long _) ->
                    transaction.equals("claim")
                            ? "the key stays secret until fees fall; a higher wage leaves more room"
                            : "it waits until fees fall and is sent once";
            case ClockOff(long seconds) ->
                    seconds > 0
                            ? "set the clock, or see whether the node still follows the chain"
                            : "set the clock";
            case EndpointLost _ -> "start the node again or configure another endpoint";
            case EndpointsDisagree _ ->
                    "nothing new counts as final until they agree; remove the wrong one";
            case SingleEndpoint _ -> "add a second endpoint to config.yaml, or run a node";
            case OwnFinality _ ->
                    "a reorg deeper than that can cost a wage: keep wages small, or choose more"
                            + " blocks (deploy --finality N)";
            case DeepReorg _ -> "check the deals that ended in these blocks with \"evenhand show\"";
            case LowBalance(Address account, Wei _, Wei _) -> "send coins to " + account;
        };
    }
}
