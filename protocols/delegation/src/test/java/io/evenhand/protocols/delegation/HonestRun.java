package io.evenhand.protocols.delegation;

import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.Optional;

/// Honest nodes on an honest chain: what is pending is done, until both sides have settled.
final class HonestRun {
    private HonestRun() {}

    /// Carries every job out and shows the chain of an honest exchange, from any stage on.
    static void settle(World w) {
        if (w.c instanceof CustomerState.Idle) {
            w.customer(new Input.Begin(w.now));
        }
        for (int round = 0; round < 20; round++) {
            w.deliver();
            jobs(w);
            if (w.c instanceof CustomerState.Checking) {
                w.customerSees(w.view(DealStatus.ABSENT, DealStatus.ABSENT));
            } else if (w.p instanceof ProviderState.Confirming) {
                w.providerSees(w.view(DealStatus.OPEN, DealStatus.OPEN));
            } else if (w.p instanceof ProviderState.Revealing
                    || w.c instanceof CustomerState.Opened) {
                DealView view =
                        w.view(DealStatus.CLAIMED, DealStatus.CLAIMED, Optional.of(w.revealed()));
                w.providerSees(view);
                w.customerSees(view);
            }
        }
        if (!(w.c instanceof CustomerState.Settled && w.p instanceof ProviderState.Settled)) {
            throw new AssertionError("not settled: " + w.c + "\n" + w.p + "\n" + w.ignored);
        }
    }

    private static void jobs(World w) {
        for (Effect.Run run : World.take(w.fromCustomer, Effect.Run.class)) {
            w.customer(new Input.Done(result(w, run.job()), w.now));
        }
        for (Effect.Run run : World.take(w.fromProvider, Effect.Run.class)) {
            w.provider(new Input.Done(result(w, run.job()), w.now));
        }
        for (Effect.Run run : World.take(w.fromStamper, Effect.Run.class)) {
            w.stamper(new Input.Done(result(w, run.job()), w.now));
        }
    }

    /// What an honest node's job gives; asked twice, the same.
    private static JobResult result(World w, Job job) {
        return switch (job) {
            case Job.SendInput _ -> new JobResult.InputSent();
            case Job.FetchWork(var _, SealHeader wanted) -> new JobResult.Fetched(wanted.sealId());
            case Job.OpenWork _ -> new JobResult.Opened(true, true);
            case Job.AwaitInput _ -> new JobResult.InputHeld();
            case Job.DoWork work -> new JobResult.Worked(work.attempt(), Bytes32.ZERO);
            case Job.SealWork _ -> new JobResult.Sealed(w.header);
            case Job.Judge judge -> {
                w.header = w.header.chunks() == 0 ? w.header(judge) : w.header;
                yield new JobResult.Judged(judge.work(), Optional.of(w.header));
            }
        };
    }
}
