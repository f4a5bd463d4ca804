package io.evenhand.node.delegation;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.MessageFormat;
import io.evenhand.kit.machine.PointLocks;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.AgainException;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.exchange.Action;
import io.evenhand.node.exchange.DeclinedException;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.exchange.RoleBinding;
import io.evenhand.node.store.OutputTable;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Timer;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// A role of a delegation, bound to the runtime.
///
/// @param finals the states after which nothing happens any more
/// @param jobs carries out messages and jobs
/// @param ledger carries out transactions: {@link EvmLedgerPort}, or none for a stamper
public record DelegationBinding<S>(
        Role role,
        Class<S> states,
        Class<? extends S> finals,
        Machines<S> machines,
        PointLocks locks,
        RoleJobs jobs,
        LedgerPort ledger)
        implements RoleBinding<S, Input, Message, Effect> {
    /// How the stamper's job ends if the work passes.
    public static final String PASSED = "passed";

    /// How the customer's job ends if the work opens and does not pass.
    public static final String POLICY_FAILED = "policy failed";

    /// Gives the machine for a session in a state.
    public interface Machines<S> {
        Machine<S, Input, Effect> of(SessionKey session, S state);
    }

    @Override
    public Class<Effect> effects() {
        return Effect.class;
    }

    @Override
    public MessageFormat<Message> messages() {
        return DelegationMessages.FORMAT;
    }

    @Override
    public boolean isFinal(S state) {
        return finals.isInstance(state);
    }

    @Override
    public Machine<S, Input, Effect> machine(SessionKey session, S state) {
        return machines.of(session, state);
    }

    @Override
    public Input received(PartyId from, Message message, ChainTime now) {
        return new Input.Received(from, message, now);
    }

    @Override
    public Input woke(String timer, ChainTime now) {
        return new Input.Woke(Timer.valueOf(timer), now);
    }

    @Override
    public Input restarted(ChainTime now) {
        return new Input.Restarted(now);
    }

    @Override
    public Action<Input, Message> action(SessionKey session, Effect effect) {
        return switch (effect) {
            case Effect.Send(PartyId to, Message message) -> new Action.Say<>(to, message);
            case Effect.Run(Job job) ->
                    new Action.Work<>(Records.kind(job), new Work(jobs, session, job));
            case Effect.Publish(Effect.Transaction transaction) ->
                    new Action.Call<>(
                            Records.kind(transaction),
                            () -> ledger.publish(session, transaction),
                            output(transaction));
            case Effect.Watch(Rail rail, Deal deal) ->
                    new Action.Follow<>(
                            Records.kind(effect), new Watch(ledger, session, rail, deal));
            case Effect.WakeAt(Timer timer, long at) -> new Action.WakeAt<>(timer.name(), at);
            case Effect.Burn(KeyId key) -> new Action.Burn<>(key);
        };
    }

    /// One deal for an exchange, for ever (10b).
    private Optional<OutputTable.Output> output(Effect.Transaction transaction) {
        return transaction instanceof Effect.Transaction.Open(Rail rail, Deal deal)
                ? Optional.of(
                        EscrowPort.output(
                                new Xid(deal.termsHash()), 0, rail, locks.dealId(rail, deal)))
                : Optional.empty();
    }

    @Override
    public Optional<Outbox<Message>> outbox(PartyId to, Message message) {
        return jobs.outbox(message);
    }

    @Override
    public void send(SessionKey session, PartyId to, Message message)
            throws AgainException, DeclinedException, InterruptedException {
        jobs.send(session, to, message);
    }

    /// T4: the input belongs to the start.
    @Override
    public boolean goesWith(Message said, Effect effect) {
        return said instanceof Message.Start && effect instanceof Effect.Run(Job.SendInput _);
    }

    private record Work(RoleJobs jobs, SessionKey session, Job job) implements Action.Job<Input> {
        @Override
        public Action.Finished<Input> run() throws AgainException, InterruptedException {
            JobResult result = jobs.run(session, job);
            return new Action.Finished<>(now -> new Input.Done(result, now), outcome(result));
        }

        @Override
        public void holdBack(long startNanos) throws InterruptedException {
            jobs.holdBack(startNanos);
        }

        /// What a provider delivered is fetched by whoever knows of it, and what is sealed or
        /// opened is the same each time.
        @Override
        public boolean isUnnoticed() {
            return switch (job) {
                case Job.AwaitInput _, Job.SealWork _, Job.FetchWork _, Job.OpenWork _ -> true;
                case Job.SendInput _, Job.DoWork _, Job.Judge _ -> false;
            };
        }
    }

    private record Watch(LedgerPort ledger, SessionKey session, Rail rail, Deal deal)
            implements Action.Subscription<Input> {
        @Override
        public void start(Consumer<Function<ChainTime, Input>> news) {
            ledger.watch(
                    session, rail, deal, view -> news.accept(now -> new Input.Observed(view, now)));
        }

        @Override
        public void stop() {
            ledger.unwatch(session);
        }
    }

    private static String outcome(JobResult result) {
        return switch (result) {
            case JobResult.Failed(String _, String why) -> why;
            case JobResult.Opened(boolean opened, boolean passed) ->
                    !opened ? "does not open" : passed ? "opened, policy passed" : POLICY_FAILED;
            case JobResult.Judged(var _, var header) -> header.isPresent() ? PASSED : "failed";
            case JobResult.InputSent _,
                    JobResult.Fetched _,
                    JobResult.InputHeld _,
                    JobResult.Worked _,
                    JobResult.Sealed _ ->
                    "done";
        };
    }
}
