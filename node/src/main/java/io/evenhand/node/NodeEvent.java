package io.evenhand.node;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.machine.Failure;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.SessionKey;

/// Something that happened in one exchange, as screens and logs show it. No event holds a secret.
public sealed interface NodeEvent {
    SessionKey session();

    /// Kept in the history by the transaction that makes it true.
    sealed interface Kept extends NodeEvent {}

    /// @param step the step of the paper, such as `T1`, or empty
    /// @param rule what a refusal is about, a {@link io.evenhand.kit.machine.NumberedRule}; else
    ///   empty
    /// @param detail the reason of a refusal, else empty
    record MessageSent(
            SessionKey session, String step, String name, PartyId to, String rule, String detail)
            implements Kept {}

    record MessageReceived(SessionKey session, String step, String name, PartyId from)
            implements Kept {}

    /// A message, timer or result that changed nothing.
    ///
    /// @param rule the name of a {@link io.evenhand.kit.machine.NumberedRule}, or why the server
    ///   turned it away
    record Ignored(SessionKey session, String what, String rule, String why) implements NodeEvent {}

    record StateChanged(SessionKey session, String from, String to) implements Kept {}

    record JobStarted(SessionKey session, String job) implements NodeEvent {}

    record JobEnded(SessionKey session, String job, String outcome) implements NodeEvent {}

    /// @param kind `open`, `claim`, `refund` or `release`
    record TransactionSent(SessionKey session, String kind, Bytes32 hash) implements NodeEvent {}

    /// In a block that may still be taken back.
    ///
    /// @param fee what the gas cost in all
    record TransactionIncluded(
            SessionKey session, String kind, Bytes32 hash, long block, long gasUsed, Wei fee)
            implements NodeEvent {}

    record TransactionFinal(SessionKey session, String kind, Bytes32 hash) implements NodeEvent {}

    /// In a final block, and the contract refused it.
    record TransactionFailed(SessionKey session, String kind, Bytes32 hash) implements NodeEvent {}

    /// Something outside does not answer; it is tried again.
    record Retrying(SessionKey session, String what, String why, long afterMillis)
            implements NodeEvent {}

    /// The exchange is over for this role.
    ///
    /// @param outcome name of the final state, such as `Settled`
    /// @param rule the name of a {@link io.evenhand.kit.machine.NumberedRule} if it failed
    /// @param detail why it failed, else empty
    record Ended(SessionKey session, String outcome, String rule, String detail) implements Kept {
        /// In this final state.
        public static Ended in(SessionKey session, Object state) {
            String outcome = Records.kind(state);
            return state instanceof Failure failure
                    ? new Ended(session, outcome, failure.why().rule().name(), failure.why().line())
                    : new Ended(session, outcome, "", "");
        }
    }
}
