package io.evenhand.node.delegation.customer;

import io.evenhand.enclave.client.Assignment;
import io.evenhand.enclave.client.Hosts;
import io.evenhand.enclave.client.Outcome;
import io.evenhand.enclave.client.TimeLimits;
import io.evenhand.enclave.policy.Verdict;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.seal.ChunkVerifier;
import io.evenhand.kit.seal.Opener;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.Disk;
import io.evenhand.node.Progress;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.delegation.RoleJobs;
import io.evenhand.node.exchange.DeclinedException;
import io.evenhand.node.peer.OutboundWire;
import io.evenhand.node.peer.ServerLinks;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.transport.ChunkSink;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.PeerHandler;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// What a customer does: it sends its input, fetches the sealed work, and opens it with the key
/// that the claim published.
final class CustomerJobs implements RoleJobs {
    /// The figures behind the last verdict, for the customer only.
    static final Name VERDICT = Name.own("verdict");

    private final KeyStore keys;
    private final DocumentTable documents;
    private final SessionFiles files;
    private final ServerLinks links;
    private final OutboundWire<Message> wire;
    private final SessionTable sessions;
    private final Progress progress;
    private final Disk disk;
    private final Consumer<SessionKey> opened;
    private final Hosts hosts;

    /// @param opened is told of every work as soon as it lies open, before it is judged again
    CustomerJobs(
            KeyStore keys,
            DocumentTable documents,
            SessionFiles files,
            ServerLinks links,
            OutboundWire<Message> wire,
            SessionTable sessions,
            Progress progress,
            Disk disk,
            Consumer<SessionKey> opened,
            Hosts hosts) {
        this.keys = keys;
        this.hosts = hosts;
        this.documents = documents;
        this.files = files;
        this.links = links;
        this.wire = wire;
        this.sessions = sessions;
        this.progress = progress;
        this.disk = disk;
        this.opened = opened;
    }

    @Override
    public void send(SessionKey session, PartyId to, Message message)
            throws AgainException, DeclinedException, InterruptedException {
        links.send(
                wire,
                session,
                to,
                message,
                (done, total) -> progress.at(session, "sending hidden data", done, total));
    }

    @Override
    public JobResult run(SessionKey session, Job job) throws AgainException, InterruptedException {
        try {
            return switch (job) {
                case Job.SendInput _ -> sendInput(session);
                case Job.FetchWork(var _, SealHeader header) -> fetch(session, header);
                case Job.OpenWork open -> open(session, open);
                case Job.AwaitInput _, Job.DoWork _, Job.SealWork _, Job.Judge _ ->
                        throw new IllegalStateException("no job of a customer");
            };
        } catch (IOException e) {
            throw new AgainException("a file cannot be read or written: " + FileTrouble.of(e));
        }
    }

    private JobResult sendInput(SessionKey session) throws AgainException, InterruptedException {
        try {
            links.upload(
                    provider(session),
                    session,
                    SessionFiles.INPUT,
                    (done, total) -> progress.at(session, "sending input", done, total));
            return new JobResult.InputSent();
        } catch (DeclinedException e) {
            return new JobResult.Failed("SendInput", e.reason());
        }
    }

    /// T7 and D16: the leaf list first, then every chunk, checked as it comes and kept. Whatever
    /// the provider serves instead, it is asked again until tFund.
    private JobResult fetch(SessionKey session, SealHeader header)
            throws AgainException, IOException, InterruptedException {
        PeerClient client = provider(session);
        Path leaves = files.path(session, SessionFiles.LEAVES);
        Path sealed = files.path(session, SessionFiles.SEALED);
        try {
            header.check();
            // Nothing is paid for that this disk cannot open.
            disk.need(
                    header.ciphertextLength() - PeerHandler.held(sealed) + header.paddedLength(),
                    "the work with its seal");
            client.download(
                    DelegationWire.blob(session.ref(), SessionFiles.LEAVES),
                    new PeerClient.Fetch(
                            leaves,
                            ChunkVerifier.leavesLength(header),
                            SealHeader.CHUNK_SIZE,
                            ChunkSink.ANY,
                            io.evenhand.node.transport.Progress.NONE));
            ChunkVerifier verifier = ChunkVerifier.of(header, leaves);
            files.keep(session, SessionFiles.LEAVES);
            client.download(
                    DelegationWire.blob(session.ref(), SessionFiles.SEALED),
                    new PeerClient.Fetch(
                            sealed,
                            header.ciphertextLength(),
                            PeerClient.Fetch.SEALED_CHUNK,
                            (index, chunk) -> check(verifier, index, chunk),
                            (done, total) -> progress.at(session, "fetching work", done, total)));
            files.keep(session, SessionFiles.SEALED);
            // The key comes with a block, some seconds from now.
            Opener.prepare(header);
            return new JobResult.Fetched(header.sealId());
        } catch (MalformedException e) {
            // A wrong leaf list would stay wrong.
            files.erase(session, SessionFiles.LEAVES);
            throw new AgainException(String.valueOf(e.getMessage()));
        } catch (PeerException e) {
            throw new AgainException(String.valueOf(e.getMessage()));
        }
    }

    private static void check(ChunkVerifier verifier, long index, ByteBuffer chunk) {
        if (!verifier.accepts((int) index, chunk)) {
            throw new MalformedException("chunk " + index + " is not the one in the leaf list");
        }
    }

    /// T12: opens with the published key and judges once more; a failing policy is proof against
    /// the stamper.
    private JobResult open(SessionKey session, Job.OpenWork job)
            throws AgainException, IOException, InterruptedException {
        if (!files.has(session, SessionFiles.SEALED)) {
            fetchAgain(session, job.header());
        }
        Path work = files.path(session, SessionFiles.WORK);
        Secret32 psk = keys.secret(job.psk());
        try {
            Opener.open(
                    job.header(),
                    files.path(session, SessionFiles.SEALED),
                    job.key(),
                    Optional.of(psk),
                    work);
        } catch (MalformedException e) {
            if (!isWhole(session, job.header())) {
                fetchAgain(session, job.header());
                throw new AgainException("the sealed work was damaged here and is fetched again");
            }
            keepVerdict(session, "the seal does not open: " + e.getMessage());
            return new JobResult.Opened(false, false);
        } finally {
            psk.erase();
        }
        files.keep(session, SessionFiles.WORK);
        opened.accept(session);
        Assignment assignment =
                Assignment.of(job.policy(), work, files.path(session, SessionFiles.HIDDEN));
        return switch (hosts.judge("own", assignment, TimeLimits.CUSTOMER)) {
            case Outcome.Judged(Verdict verdict) -> {
                keepVerdict(session, verdict.detail());
                yield new JobResult.Opened(true, verdict.passed());
            }
            case Outcome.WorkChanged _ ->
                    throw new AgainException("the opened work changed while it was judged");
            case Outcome.Unjudged(String why) -> throw unjudged(why);
            case Outcome.Failed(String why) -> throw unjudged(why);
        };
    }

    private static AgainException unjudged(String why) {
        return new AgainException("the opened work could not be judged: " + why);
    }

    /// Whether what is here is what was paid for. A backup may have been put back without it, and a
    /// disk may fail: that proves nothing against the stamper.
    private boolean isWhole(SessionKey session, SealHeader header) throws IOException {
        Path leaves = files.path(session, SessionFiles.LEAVES);
        try {
            return files.has(session, SessionFiles.LEAVES)
                    && ChunkVerifier.of(header, leaves)
                                    .held(files.path(session, SessionFiles.SEALED))
                                    .cardinality()
                            == header.chunks();
        } catch (MalformedException e) {
            return false;
        }
    }

    /// The provider keeps the sealed work for the retention time of the Terms.
    private void fetchAgain(SessionKey session, SealHeader header)
            throws AgainException, IOException, InterruptedException {
        files.erase(session, SessionFiles.SEALED);
        files.erase(session, SessionFiles.LEAVES);
        try {
            JobResult _ = fetch(session, header);
        } catch (AgainException e) {
            throw new AgainException(
                    "the sealed work is not here any more, and the provider does not give it"
                            + " again: "
                            + e.why());
        }
    }

    private void keepVerdict(SessionKey session, String detail) {
        documents.put(session, VERDICT, new Octets(detail.getBytes(StandardCharsets.UTF_8)));
    }

    private PeerClient provider(SessionKey session) throws AgainException {
        PartyId provider = sessions.find(session).orElseThrow().peer();
        return links.link(provider).client();
    }
}
