package io.evenhand.node.delegation;

import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.exchange.DeclinedException;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import java.util.Optional;

/// What one role does outside the chain: it sends messages and runs jobs.
///
/// Everything here may be asked for more than once.
public interface RoleJobs {
    /// The outbox from which its receiver fetches a message; nothing if it has to be sent.
    default Optional<Outbox<Message>> outbox(Message message) {
        return Optional.empty();
    }

    /// Delivers a message that goes into no outbox; done when it returns.
    ///
    /// @throws AgainException if the peer may take it later
    /// @throws DeclinedException if the peer never will
    void send(SessionKey session, PartyId to, Message message)
            throws AgainException, DeclinedException, InterruptedException;

    /// Does a job to its end.
    ///
    /// @throws AgainException if it may succeed later
    JobResult run(SessionKey session, Job job) throws AgainException, InterruptedException;

    /// Waits until the result of a job that began at `startNanos` may be known. Others may work
    /// meanwhile.
    default void holdBack(long startNanos) throws InterruptedException {}
}
