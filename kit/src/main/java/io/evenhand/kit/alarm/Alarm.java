package io.evenhand.kit.alarm;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// Something that may cost money unless somebody acts, raised while there is still time.
///
/// Each kind has its paragraph in `docs/how-to/alarms.md`. No alarm holds a secret.
public sealed interface Alarm {
    /// A step of an exchange has not happened and little time is left for it.
    ///
    /// @param what the step, such as `the deposit`
    /// @param until seconds since 1970
    record DeadlineNear(String what, long until) implements Alarm {}

    /// A transaction costs more now than it may: a claim at most a twentieth of the wage before its
    /// key is shown (10a), anything else at most what is at stake (R3).
    ///
    /// @param transaction `open`, `claim`, `refund` or `release`
    /// @param fee what it would cost now
    /// @param most what it may cost
    /// @param until seconds since 1970; later the transaction is of no use. `Long.MAX_VALUE` if it
    ///   always is
    record FeeAboveStake(String transaction, Wei fee, Wei most, long until) implements Alarm {}

    /// This machine's clock and the newest block are far apart (decisions 10).
    ///
    /// @param secondsAhead of the newest block; negative if this machine is behind
    record ClockOff(long secondsAhead) implements Alarm {}

    /// A node of the chain does not answer as it should.
    record EndpointLost(String endpoint, String why) implements Alarm {}

    /// Two nodes say different things about the chain (16e).
    record EndpointsDisagree(String endpoint, String other, String what) implements Alarm {}

    /// One foreign node alone says what is final (16e).
    record SingleEndpoint(String endpoint) implements Alarm {}

    /// The chain does not say what is final: the user's own number of blocks does.
    record OwnFinality(int blocks) implements Alarm {}

    /// Blocks were taken back that counted as final.
    record DeepReorg(String endpoint, String block) implements Alarm {}

    /// The account cannot pay what it may have to.
    record LowBalance(Address account, Wei balance, Wei needed) implements Alarm {}

    /// T6: the stamp does not name the seal that the provider made itself.
    record StampMismatch() implements Alarm {}

    /// The key is shown and the claim is not in a block.
    ///
    /// @param until seconds since 1970: from then on the customer can take the wage back (R5)
    record ClaimAtRisk(String why, long until) implements Alarm {}

    /// A part of the program that has to go on fails again and again; it is tried on, with pauses.
    ///
    /// @param part what it does
    record PartFails(String part, String why) implements Alarm {}

    /// Every kind, for those who count them.
    static List<String> kinds() {
        return Arrays.stream(Alarm.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .toList();
    }

    default String kind() {
        return getClass().getSimpleName();
    }

    /// What it is about where several of a kind may be raised at once, else empty.
    default String subject() {
        return switch (this) {
            case FeeAboveStake a -> a.transaction();
            case EndpointLost a -> a.endpoint();
            case DeepReorg a -> a.block();
            case LowBalance a -> a.account().toString();
            case PartFails a -> a.part();
            case DeadlineNear _,
                    ClockOff _,
                    EndpointsDisagree _,
                    SingleEndpoint _,
                    OwnFinality _,
                    StampMismatch _,
                    ClaimAtRisk _ ->
                    "";
        };
    }

    /// When it is too late, in seconds since 1970; nothing if the alarm knows no such moment.
    default OptionalLong due() {
        return switch (this) {
            case DeadlineNear a -> OptionalLong.of(a.until());
            case FeeAboveStake a ->
                    a.until() == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(a.until());
            case ClaimAtRisk a -> OptionalLong.of(a.until());
            case ClockOff _,
                    EndpointLost _,
                    EndpointsDisagree _,
                    SingleEndpoint _,
                    OwnFinality _,
                    DeepReorg _,
                    LowBalance _,
                    PartFails _,
                    StampMismatch _ ->
                    OptionalLong.empty();
        };
    }

    /// What is wrong, on one line.
    default String line() {
        return switch (this) {
            case DeadlineNear(String what, long _) -> what + " is still missing";
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
            case StampMismatch() ->
                    "the stamp does not name the seal we made ourselves; the stamper is not honest";
            case PartFails(String part, String why) -> "\"" + part + "\" fails: " + why;
            case ClaimAtRisk(String why, long _) -> "the key is shown and not yet paid for: " + why;
        };
    }

    /// What to do, on one line.
    default String wayOut() {
        return switch (this) {
            case DeadlineNear _ -> "nothing is lost yet; \"evenhand show\" says what it waits for";
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
            case StampMismatch _ -> "do not work with this stamper again; keep the bundle";
            case PartFails _ -> "it is tried again; if the line names no cause outside, report it";
            case ClaimAtRisk _ -> "see to it that this machine reaches a node of the chain";
        };
    }
}
