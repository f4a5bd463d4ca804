package io.evenhand.simulation.delegation;

import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.simulation.search.Interner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The bulk work, done on terms instead of bytes: what each job may end with.
final class Jobs {
    /// One way for a job to end.
    ///
    /// @param result what comes back, or empty if a crash lost it
    /// @param customerLearns facts
    /// @param outsideLearns facts: every delivered ciphertext leaks (D19)
    /// @param judged the judgement that was made, as a bit
    record End(Optional<JobResult> result, long customerLearns, long outsideLearns, long judged) {}

    private record Judgement(Bytes32 work, KeyId seed, int attempt) {}

    private static final int MAX_JUDGEMENTS = 63;

    private final Parties parties;
    private final Interner<Judgement> judgements = new Interner<>();
    private final Map<Job, List<End>> ends = new HashMap<>();

    Jobs(Parties parties) {
        this.parties = parties;
    }

    /// Every end of a job other than sealing, once what it waits for is there.
    List<End> ends(Job job) {
        List<End> known = ends.get(job);
        if (known == null) {
            known = List.copyOf(compute(job));
            ends.put(job, known);
        }
        return known;
    }

    private List<End> compute(Job job) {
        List<End> all = new ArrayList<>();
        switch (job) {
            case Job.SendInput _ -> all.add(end(new JobResult.InputSent()));
            case Job.AwaitInput _ -> all.add(end(new JobResult.InputHeld()));
            case Job.DoWork(var _, int attempt, var _, var _) -> {
                all.add(end(new JobResult.Worked(attempt, parties.good)));
                boolean poor = parties.scenario.may(Fault.BAD_WORK) && attempt == 1;
                if (poor || !parties.scenario.honest(Role.PROVIDER)) {
                    all.add(end(new JobResult.Worked(attempt, parties.bad)));
                }
            }
            case Job.FetchWork(var _, SealHeader header) -> {
                long chunks = parties.seals.ciphertext(header);
                JobResult fetched = new JobResult.Fetched(parties.customerCrypto.sealId(header));
                all.add(new End(Optional.of(fetched), chunks, chunks, 0));
            }
            case Job.OpenWork open -> {
                Optional<Bytes32> work = parties.seals.open(open.header(), open.key(), open.psk());
                boolean passed = work.isPresent() && work.get().equals(parties.good);
                all.add(end(new JobResult.Opened(work.isPresent(), passed)));
            }
            case Job.Judge judge -> judge(judge, all);
            case Job.SealWork _ -> {}
        }
        if (parties.scenario.may(Fault.JOBS_FAIL) && !(job instanceof Job.OpenWork)) {
            all.add(end(new JobResult.Failed(job.getClass().getSimpleName(), "no reason given")));
        }
        return all;
    }

    private void judge(Job.Judge job, List<End> all) {
        Judgement judgement = new Judgement(job.work(), job.seed(), job.label().slot());
        int id = judgements.id(judgement);
        if (id >= MAX_JUDGEMENTS) {
            throw new IllegalStateException("more than " + MAX_JUDGEMENTS + " judgements");
        }
        long bit = 1L << id;
        boolean passes = job.work().equals(parties.good);
        KeyId seed =
                parties.mutant.has(Flaw.STAMPER_DRAWS_SEED) ? parties.stampersSeed : job.seed();
        Optional<SealHeader> header =
                passes
                        ? Optional.of(
                                parties.seals.seal(
                                        job.label(), seed, job.psk(), job.opener(), job.work()))
                        : Optional.empty();
        all.add(judged(job, header, bit));
        all.add(new End(Optional.empty(), 0, 0, bit));
        boolean cheats = !parties.scenario.honest(Role.PROVIDER) && passes;
        if (cheats && parties.mutant.has(Flaw.PSK_FROM_TRY)) {
            all.add(judged(job, Optional.of(sealed(job, parties.otherPsk, parties.good)), bit));
        }
        if (cheats && parties.mutant.has(Flaw.TWO_READS)) {
            all.add(judged(job, Optional.of(sealed(job, job.psk(), parties.bad)), bit));
        }
    }

    private SealHeader sealed(Job.Judge job, KeyId psk, Bytes32 work) {
        return parties.seals.seal(job.label(), job.seed(), psk, job.opener(), work);
    }

    private static End judged(Job.Judge job, Optional<SealHeader> header, long bit) {
        return new End(Optional.of(new JobResult.Judged(job.work(), header)), 0, 0, bit);
    }

    /// T6: the provider seals the work its state names.
    List<End> sealing(Job.SealWork job, ProviderState provider) {
        List<End> all = new ArrayList<>();
        if (provider instanceof ProviderState.Sealing(var _, var _, Bytes32 work, var _)) {
            KeyId seed =
                    parties.mutant.has(Flaw.STAMPER_DRAWS_SEED) ? parties.stampersSeed : job.seed();
            all.add(
                    end(
                            new JobResult.Sealed(
                                    parties.seals.seal(
                                            job.label(), seed, job.psk(), job.opener(), work))));
            if (parties.scenario.may(Fault.JOBS_FAIL)) {
                all.add(end(new JobResult.Failed("SealWork", "no reason given")));
            }
        }
        return all;
    }

    private static End end(JobResult result) {
        return new End(Optional.of(result), 0, 0, 0);
    }
}
