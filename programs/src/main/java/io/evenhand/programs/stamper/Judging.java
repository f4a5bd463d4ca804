package io.evenhand.programs.stamper;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.policy.TimedJudge;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.seal.Resealed;
import io.evenhand.kit.seal.Sealer;
import java.io.IOException;
import java.time.Duration;

/// Judges a spooled work and, if it passes, computes its seal: the paper's step (5) without the
/// signature.
///
/// The bytes judged, the bytes sealed and the bytes taken in have one root, or there is no pass
/// (decisions 16b). Everything is determined by the job, so a repeat gives the same answer.
public final class Judging {
    private Judging() {}

    /// @param limit wall-clock time for the policy; sealing is not counted, its time goes with the
    ///   length of the work
    public static Judged run(TryJob job, Duration limit) throws InterruptedException {
        try (BoundWork work = new BoundWork(job.work())) {
            PolicySpec policy = PolicySpec.parse(job.policy());
            return switch (TimedJudge.judge(policy, work, job.hidden(), limit)) {
                case TimedJudge.Outcome.Aborted aborted -> new Judged.Aborted(aborted.why());
                case TimedJudge.Outcome.Judged judged -> conclude(job, work, judged.verdict());
            };
        } catch (IOException | MalformedException e) {
            return new Judged.Aborted(e.toString());
        }
    }

    private static Judged conclude(TryJob job, BoundWork work, Verdict verdict) throws IOException {
        if (!verdict.passed()) {
            return new Judged.Failed();
        }
        if (!work.unchanged()) {
            return new Judged.WorkChanged();
        }
        Resealed seal = Sealer.reseal(job.work().file(), job.target(), job.seed(), job.psk());
        return seal.plainRoot().equals(job.work().root())
                ? new Judged.Passed(seal.header(), seal.sealId())
                : new Judged.WorkChanged();
    }
}
