package io.evenhand.node.delegation.stamper;

import io.evenhand.enclave.client.Hosts;
import io.evenhand.enclave.client.TimeLimits;
import io.evenhand.enclave.policy.Quantum;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealTarget;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.node.AgainException;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.RoleJobs;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.programs.stamper.Judged;
import io.evenhand.programs.stamper.Judging;
import io.evenhand.programs.stamper.SpooledWork;
import io.evenhand.programs.stamper.TryJob;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What a stamper does: it judges work it holds, and answers through its outbox. It has no way to
/// call anybody (decisions 15).
public final class StamperJobs implements RoleJobs {
    private final KeyStore keys;
    private final SessionFiles files;
    private final Outbox<Message> outboxes;
    private final SessionTable sessions;
    private final Judging judging;

    public StamperJobs(
            KeyStore keys,
            SessionFiles files,
            Outbox<Message> outboxes,
            SessionTable sessions,
            Hosts hosts) {
        this.keys = keys;
        this.sessions = sessions;
        this.judging = new Judging(hosts, TimeLimits.STAMPER);
        this.files = files;
        this.outboxes = outboxes;
    }

    @Override
    public Optional<Outbox<Message>> outbox(Message message) {
        return Optional.of(outboxes);
    }

    @Override
    public void send(SessionKey session, PartyId to, Message message) {
        throw new IllegalStateException("a stamper calls nobody");
    }

    @Override
    public JobResult run(SessionKey session, Job job) throws AgainException, InterruptedException {
        if (!(job instanceof Job.Judge judge)) {
            throw new IllegalStateException("no job of a stamper");
        }
        try {
            return judge(session, judge);
        } catch (IOException e) {
            throw new AgainException("a file cannot be read: " + FileTrouble.of(e));
        }
    }

    /// How long a policy took says something about hidden data (decisions 14).
    @Override
    public void holdBack(long startNanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Quantum.release(startNanos, System.nanoTime()));
    }

    /// T5: policy and sealing pass over our own spool, whose bytes must keep the root under which
    /// they were taken in (16b).
    private JobResult judge(SessionKey session, Job.Judge job)
            throws AgainException, IOException, InterruptedException {
        PartyId customer = sessions.find(session).orElseThrow().peer();
        Path work = files.path(session, SessionFiles.work(job.label().slot()));
        Secret32 seed = keys.secret(job.seed());
        Secret32 psk = keys.secret(job.psk());
        try {
            TryJob attempt =
                    new TryJob(
                            job.policy(),
                            files.path(session, SessionFiles.HIDDEN),
                            new SpooledWork(work, Files.size(work), job.work()),
                            new SealTarget(
                                    job.label().suite(),
                                    job.xid(),
                                    job.label().slot(),
                                    job.opener()),
                            seed,
                            Optional.of(psk));
            return switch (judging.run(customer, attempt)) {
                case Judged.Passed(SealHeader header, SealId _) ->
                        new JobResult.Judged(job.work(), Optional.of(header));
                case Judged.Failed _ -> new JobResult.Judged(job.work(), Optional.empty());
                case Judged.WorkChanged _ ->
                        new JobResult.Failed("Judge", "16b: the work changed in our spool");
                case Judged.Unjudged(String why) -> new JobResult.Failed("Judge", why);
                // Nobody's attempt is spent on a failure of this machine.
                case Judged.Aborted(String why) ->
                        throw new AgainException("the work could not be judged: " + why);
            };
        } finally {
            seed.erase();
            psk.erase();
        }
    }
}
