package io.evenhand.node.runtime;

import io.evenhand.delegation.Job;
import io.evenhand.delegation.JobResult;
import io.evenhand.delegation.message.Message;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.seal.Resealed;
import io.evenhand.kit.seal.SealTarget;
import io.evenhand.kit.seal.Sealer;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.SessionKey;
import io.evenhand.programs.policy.PolicySpec;
import io.evenhand.programs.policy.Quantum;
import io.evenhand.programs.policy.TimedJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What a stamper does: it judges work it holds, and answers through its outbox. It has no way to
/// call anybody (decisions 15).
final class StamperHands implements RoleHands {
    private final KeyStore keys;
    private final SessionFiles files;
    private final Outboxes outboxes;

    StamperHands(KeyStore keys, SessionFiles files, Outboxes outboxes) {
        this.keys = keys;
        this.files = files;
        this.outboxes = outboxes;
    }

    @Override
    public void send(SessionKey session, PartyId to, Message message) {
        outboxes.put(session, to, message);
    }

    @Override
    public JobResult run(SessionKey session, Job job) throws AgainException, InterruptedException {
        if (!(job instanceof Job.Judge judge)) {
            throw new IllegalStateException("no job of a stamper");
        }
        long start = System.nanoTime();
        JobResult result;
        try {
            result = judge(session, judge);
        } catch (IOException e) {
            throw new AgainException("a file cannot be read: " + e.getMessage());
        }
        TimeUnit.NANOSECONDS.sleep(Quantum.release(start, System.nanoTime()));
        return result;
    }

    /// T5: the policy, then the sealing pass; both read our own spool, and the pass must see the
    /// root under which the work was taken in (16b).
    private JobResult judge(SessionKey session, Job.Judge job)
            throws IOException, InterruptedException {
        Path work = files.path(session, SessionFiles.work(job.label().slot()));
        Path hidden = files.path(session, SessionFiles.HIDDEN);
        PolicySpec policy;
        try {
            policy = PolicySpec.parse(job.policy());
        } catch (MalformedException e) {
            return new JobResult.Failed("Judge", String.valueOf(e.getMessage()));
        }
        return switch (TimedJudge.judge(policy, work, hidden, TimedJudge.LIMIT)) {
            case TimedJudge.Outcome.Aborted aborted -> new JobResult.Failed("Judge", aborted.why());
            case TimedJudge.Outcome.Judged judged ->
                    judged.verdict().passed()
                            ? seal(work, job)
                            : new JobResult.Judged(job.work(), Optional.empty());
        };
    }

    private JobResult seal(Path work, Job.Judge job) throws IOException {
        Secret32 seed = keys.secret(job.seed());
        Secret32 psk = keys.secret(job.psk());
        try {
            SealTarget target =
                    new SealTarget(
                            job.label().suite(), job.xid(), job.label().slot(), job.opener());
            Resealed resealed = Sealer.reseal(work, target, seed, Optional.of(psk));
            return resealed.plainRoot().equals(job.work())
                    ? new JobResult.Judged(job.work(), Optional.of(resealed.header()))
                    : new JobResult.Failed("Judge", "16b: the work changed while it was judged");
        } finally {
            seed.erase();
            psk.erase();
        }
    }
}
