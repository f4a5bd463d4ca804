package io.evenhand.node.delegation.provider;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.machine.Verification;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealTarget;
import io.evenhand.kit.seal.Sealed;
import io.evenhand.kit.seal.Sealer;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.Disk;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Progress;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.Commitments;
import io.evenhand.node.delegation.RoleJobs;
import io.evenhand.node.exchange.DeclinedException;
import io.evenhand.node.exchange.Outbox;
import io.evenhand.node.peer.OutboundWire;
import io.evenhand.node.peer.Roots;
import io.evenhand.node.peer.ServerLinks;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/// What a provider does: it runs its service, seals, and talks to customers through its outbox and
/// to stampers as their client.
final class ProviderJobs implements RoleJobs {
    private final ServiceCommand command;
    private final KeyStore keys;
    private final SessionFiles files;
    private final Roots roots = new Roots();
    private final Verification verification;
    private final Outbox<Message> outboxes;
    private final ServerLinks links;
    private final OutboundWire<Message> wire;
    private final Progress progress;
    private final EventSink events;
    private final Disk disk;
    private final Function<SessionKey, Optional<String>> policies;

    /// @param policies the text of the policy that an exchange's work is for
    ProviderJobs(
            ServiceCommand command,
            Function<SessionKey, Optional<String>> policies,
            KeyStore keys,
            SessionFiles files,
            Verification verification,
            Outbox<Message> outboxes,
            ServerLinks links,
            OutboundWire<Message> wire,
            Progress progress,
            EventSink events,
            Disk disk) {
        this.command = command;
        this.policies = policies;
        this.keys = keys;
        this.files = files;
        this.verification = verification;
        this.outboxes = outboxes;
        this.links = links;
        this.wire = wire;
        this.progress = progress;
        this.events = events;
        this.disk = disk;
    }

    /// A stamper is called by us; customers call us.
    @Override
    public Optional<Outbox<Message>> outbox(Message message) {
        return message instanceof Message.Try ? Optional.empty() : Optional.of(outboxes);
    }

    @Override
    public void send(SessionKey session, PartyId to, Message message)
            throws AgainException, DeclinedException, InterruptedException {
        links.send(
                wire,
                session,
                to,
                message,
                (done, total) -> progress.at(session, "handing work to the stamper", done, total));
    }

    @Override
    public JobResult run(SessionKey session, Job job) throws AgainException, InterruptedException {
        try {
            return switch (job) {
                case Job.AwaitInput wanted -> awaitInput(session, wanted);
                case Job.DoWork work -> work(session, work);
                case Job.SealWork seal -> seal(session, seal);
                case Job.SendInput _, Job.FetchWork _, Job.OpenWork _, Job.Judge _ ->
                        throw new IllegalStateException("no job of a provider");
            };
        } catch (IOException e) {
            throw new AgainException("a file cannot be read or written: " + FileTrouble.of(e));
        }
    }

    /// T4: the bytes that are here are the ones the customer committed to.
    Optional<String> inputFault(SessionKey session, Job.AwaitInput wanted) throws IOException {
        Path input = files.path(session, SessionFiles.INPUT);
        if (Files.size(input) != wanted.inputBytes()) {
            return Optional.of("the input has another length than the offer says");
        }
        var root = roots.of(input);
        return Commitments.input(verification, wanted.inputSalt(), root).equals(wanted.inputHash())
                ? Optional.empty()
                : Optional.of("the input is not the one the offer commits to");
    }

    private JobResult awaitInput(SessionKey session, Job.AwaitInput wanted)
            throws AgainException, IOException {
        if (!files.has(session, SessionFiles.INPUT)) {
            throw AgainException.notYet("the input is on its way");
        }
        Optional<String> fault = inputFault(session, wanted);
        if (fault.isPresent()) {
            return new JobResult.Failed("AwaitInput", fault.get());
        }
        // It may have got its name this moment.
        files.keep(session, SessionFiles.INPUT);
        return new JobResult.InputHeld();
    }

    /// The work is kept under its name only when it is whole, and is then never made again: a
    /// repeated job gives the same root (16b).
    private JobResult work(SessionKey session, Job.DoWork job)
            throws AgainException, IOException, InterruptedException {
        Path work = files.path(session, SessionFiles.work(job.attempt()));
        if (!Files.exists(work)) {
            Path output = files.path(session, SessionFiles.work(job.attempt()) + ".new");
            Path input = files.path(session, SessionFiles.INPUT);
            disk.need(1, "the work");
            long most = Math.min(job.maxWorkBytes(), disk.room());
            ServiceCommand.Outcome outcome = command.run(input, output, most);
            if (!outcome.succeeded()) {
                boolean full = disk.room() == 0;
                PrivateFiles.erase(output);
                if (full) {
                    throw new AgainException(
                            "the disk was full when " + tail(outcome) + ": clear some");
                }
                if (most < job.maxWorkBytes() && outcome.tooLarge()) {
                    throw new AgainException(
                            "the work is larger than the room on the disk, "
                                    + most
                                    + " bytes: clear some");
                }
                events.on(new NodeEvent.JobEnded(session, "service", tail(outcome)));
                return new JobResult.Failed("DoWork", outcome.fault());
            }
            Optional<String> fault = formFault(session, output);
            if (fault.isPresent()) {
                PrivateFiles.erase(output);
                events.on(new NodeEvent.JobEnded(session, "service", fault.get()));
                return new JobResult.Failed("DoWork", fault.get());
            }
            files.take(session, SessionFiles.work(job.attempt()), output);
        }
        // The first try may have failed between its name and the journal.
        files.keep(session, SessionFiles.work(job.attempt()));
        return new JobResult.Worked(job.attempt(), PlainRoot.of(work));
    }

    /// Said here, where it costs no attempt: the stamper answers with one bit.
    private Optional<String> formFault(SessionKey session, Path output) throws IOException {
        Optional<String> policy = policies.apply(session);
        if (policy.isEmpty()) {
            return Optional.empty();
        }
        try {
            return PolicySpec.parse(policy.get())
                    .formFault(output)
                    .map(why -> "the work is not of the form the policy reads: " + why);
        } catch (MalformedException e) {
            // A policy that this version does not know: the stamper may.
            return Optional.empty();
        }
    }

    private static String tail(ServiceCommand.Outcome outcome) {
        return outcome.fault() + (outcome.log().isEmpty() ? "" : "; it printed: " + outcome.log());
    }

    private JobResult seal(SessionKey session, Job.SealWork job)
            throws AgainException, IOException {
        long length = Files.size(files.path(session, SessionFiles.work(job.label().slot())));
        disk.need(length + length / 8 + SealHeader.CHUNK_SIZE, "the seal");
        Secret32 seed = keys.secret(job.seed());
        Secret32 psk = keys.secret(job.psk());
        try {
            SealTarget target =
                    new SealTarget(
                            job.label().suite(), job.xid(), job.label().slot(), job.opener());
            Sealed sealed =
                    Sealer.seal(
                            files.path(session, SessionFiles.work(job.label().slot())),
                            target,
                            seed,
                            Optional.of(psk),
                            files.path(session, SessionFiles.SEALED),
                            files.path(session, SessionFiles.LEAVES));
            files.keep(session, SessionFiles.SEALED);
            files.keep(session, SessionFiles.LEAVES);
            return new JobResult.Sealed(sealed.header());
        } catch (MalformedException e) {
            return new JobResult.Failed("SealWork", String.valueOf(e.getMessage()));
        } finally {
            seed.erase();
            psk.erase();
        }
    }
}
