package io.evenhand.programs.stamper;

import io.evenhand.enclave.client.Assignment;
import io.evenhand.enclave.client.Hosts;
import io.evenhand.enclave.client.Outcome;
import io.evenhand.enclave.client.TimeLimits;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.seal.Resealed;
import io.evenhand.kit.seal.Sealer;
import java.io.IOException;

/// Has a spooled work judged and, if it passes, computes its seal: the paper's step (5) without the
/// signature.
///
/// The bytes judged, the bytes sealed and the bytes taken in have one root, or there is no pass
/// (decisions 16b). Everything is determined by the job, so a repeat gives the same answer.
public final class Judging {
    private final Hosts hosts;
    private final TimeLimits limits;

    /// @param limits for the policy; sealing is not counted, its time goes with the length of the
    ///   work
    public Judging(Hosts hosts, TimeLimits limits) {
        this.hosts = hosts;
        this.limits = limits;
    }

    /// @param customer whose policy it is
    public Judged run(Object customer, TryJob job) throws InterruptedException {
        SpooledWork work = job.work();
        Assignment assignment =
                new Assignment(
                        job.policy(),
                        Assignment.Bytes.of(work.file()),
                        work.length(),
                        work.root(),
                        Assignment.Bytes.of(job.hidden()));
        return switch (hosts.judge(customer, assignment, limits)) {
            case Outcome.Judged(Verdict verdict) ->
                    verdict.passed() ? sealed(job) : new Judged.Failed();
            case Outcome.WorkChanged _ -> new Judged.WorkChanged();
            case Outcome.Unjudged(String why) -> new Judged.Unjudged(why);
            case Outcome.Failed(String why) -> new Judged.Aborted(why);
        };
    }

    private static Judged sealed(TryJob job) {
        try {
            Resealed seal = Sealer.reseal(job.work().file(), job.target(), job.seed(), job.psk());
            return seal.plainRoot().equals(job.work().root())
                    ? new Judged.Passed(seal.header(), seal.sealId())
                    : new Judged.WorkChanged();
        } catch (IOException e) {
            return new Judged.Aborted(FileTrouble.of(e));
        } catch (MalformedException e) {
            return new Judged.Aborted(e.toString());
        }
    }
}
