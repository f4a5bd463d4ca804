package io.evenhand.node.metered;

import io.evenhand.enclave.metered.SessionSeals;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.sign.RealChannels;
import io.evenhand.kit.sign.RealRoundKeys;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.Node;
import io.evenhand.node.store.ChannelRows;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.stream.PeerStream;
import io.evenhand.node.stream.StreamHandler;
import io.evenhand.node.transport.PeerException;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/// What a requester has of one job on one channel: its plan, how far it came, and what is on the
/// disk of it.
final class PaidJob implements AutoCloseable {
    static final String MODULE = "module";
    static final String BEGIN = "state";
    static final String OUTPUT = "output";

    /// Rounds between two full states on the disk (G10).
    private static final int SAVE_EVERY = 64;

    private final Node node;
    private final Store store;
    private final SessionKey exchange;
    private final Terms terms;
    private final Bytes32 xid;
    private final Bytes32 name;
    private final KeyId signer;
    private final ComputePlan plan;
    private final Supplier<Wei> deposit;
    private final Connector connector;
    private final EvidenceCheck evidence;
    private final SecureRandom random = new SecureRandom();
    private final MeteredCrypto crypto;
    private final ExecutorService after = Loop.EFFECTS.inOrder();
    private final JournalRequesterRecords records;
    private final FileChannel output;
    private Octets state;
    private int session;
    private int round;
    private int sinceSaved;
    private long done;
    private boolean over;
    private Optional<Pair> newest = Optional.empty();
    private volatile Wei paid = Wei.ZERO;
    private final List<RequesterState.Running> unopened = new ArrayList<>();

    /// Reaches the node's port for rounds.
    interface Connector {
        PeerStream connect(StreamHandler handler) throws PeerException, InterruptedException;
    }

    /// Checks an enclave's evidence.
    interface EvidenceCheck {
        /// Why it does not meet the policy of the Terms; empty if it does.
        Optional<String> against(RequesterEffect.CheckEvidence check);
    }

    /// How far a job came, with the state that it came to.
    ///
    /// @param output bytes of output before it
    private record Saved(long done, long output, @Limit(ChannelRows.MAX_STATE) Octets state) {}

    /// @param deposit as it stands now
    PaidJob(
            Node node,
            SessionKey exchange,
            Terms terms,
            KeyId signer,
            ComputePlan plan,
            Supplier<Wei> deposit,
            Connector connector,
            EvidenceCheck evidence)
            throws IOException {
        this.node = node;
        this.store = node.store();
        this.exchange = exchange;
        this.terms = terms;
        this.signer = signer;
        this.plan = plan;
        this.deposit = deposit;
        this.connector = connector;
        this.evidence = evidence;
        this.crypto =
                new MeteredCrypto(
                        node.crypto(),
                        new RealRoundKeys(store.keys()),
                        new RealChannels(store.keys()));
        this.xid = crypto.verification().hash(terms);
        this.name = crypto.channel(terms, xid);
        this.records = new JournalRequesterRecords(store, exchange, name, after);
        Path file = node.files().path(exchange, OUTPUT);
        PrivateFiles.directory(file.toAbsolutePath().resolveSibling(""));
        this.output =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        this.state = read(BEGIN);
        restore();
    }

    private Octets read(String file) throws IOException {
        return new Octets(Files.readAllBytes(node.files().path(exchange, file)));
    }

    /// Goes on from the last state on the disk, and opens what the newest key there opens.
    private void restore() throws IOException {
        Optional<ChannelRows.State> stored = records.state();
        if (stored.isPresent()) {
            Saved saved = Records.decode(Saved.class, stored.get().bytes().toByteArray());
            state = saved.state();
            done = saved.done();
            session = Math.toIntExact(stored.get().at().number());
            round = Math.toIntExact(stored.get().at().round());
            FileChannel _ = output.truncate(saved.output());
        } else {
            FileChannel _ = output.truncate(0);
        }
        Optional<ChannelRows.Update> row = records.newest();
        if (row.isEmpty()) {
            return;
        }
        PaidRow.Newest update = PaidRow.Newest.of(row.get());
        newest = update.pair(row.get());
        paid = update.update().total();
        int number = update.update().number();
        replay(number, session == number ? round : 0, update);
    }

    private void replay(int number, int from, PaidRow.Newest update) throws IOException {
        Optional<JournalRequesterRecords.Papers> papers = records.papers(number);
        if (papers.isEmpty()) {
            return;
        }
        List<Held> held = new ArrayList<>();
        int next = from + 1;
        List<ChannelRows.Round> rows =
                records.rows().rounds(new ChannelRows.At(number, next), ChannelRows.MAX_ROUNDS);
        while (!rows.isEmpty()) {
            for (ChannelRows.Round one : rows) {
                PaidRow.held(one).ifPresent(held::add);
                next = Math.toIntExact(one.at().round()) + 1;
            }
            rows = records.rows().rounds(new ChannelRows.At(number, next), ChannelRows.MAX_ROUNDS);
        }
        if (held.isEmpty()) {
            return;
        }
        RequesterState.Running running =
                Restored.running(
                        setting(papers.get().opening(), List.of()),
                        papers.get(),
                        crypto,
                        held,
                        from,
                        update.update());
        Restored.Opened opened = Restored.open(running, newest, crypto);
        for (RequesterEffect.Give give : opened.given()) {
            give(give.round(), give.state(), give.output());
        }
        unopened.add(opened.left());
    }

    /// Sessions of which rounds are held and not open.
    List<RequesterState.Running> unopened() {
        return unopened;
    }

    Bytes32 xid() {
        return xid;
    }

    MeteredCrypto crypto() {
        return crypto;
    }

    RequesterRecords records() {
        return records;
    }

    SecureRandom random() {
        return random;
    }

    Secret32 secret(KeyId key) {
        return store.keys().secret(key);
    }

    Octets module() {
        try {
            return read(MODULE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized Octets state() {
        return state;
    }

    synchronized long done() {
        return done;
    }

    long cycles() {
        return plan.cycles();
    }

    long round() {
        return plan.round();
    }

    synchronized long left() {
        return over ? 0 : plan.cycles() - done;
    }

    /// The program says so.
    synchronized void nothingLeft() {
        over = true;
    }

    Wei paid() {
        return paid;
    }

    /// How long a node that is connected may take to answer: a round's time and a margin, or the
    /// start of a session.
    Duration patience() {
        return Duration.ofSeconds(Math.max(60, terms.limits().roundSeconds() + 10L));
    }

    void said(Wei total) {
        paid = total;
    }

    PeerStream connect(StreamHandler handler) throws PeerException, InterruptedException {
        return connector.connect(handler);
    }

    /// A round is open.
    synchronized void give(Held given, Octets after, Octets bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
        while (buffer.hasRemaining()) {
            int _ = output.write(buffer, output.size());
        }
        state = after;
        done += given.statement().d();
        session = given.statement().session();
        round = given.statement().round();
        sinceSaved++;
        if (sinceSaved >= SAVE_EVERY) {
            save();
        }
    }

    /// Flushes how far it came, so that a later session goes on from here.
    synchronized void save() throws IOException {
        if (sinceSaved == 0) {
            return;
        }
        output.force(false);
        records.keepState(
                session, round, new Octets(Records.encode(new Saved(done, output.size(), state))));
        sinceSaved = 0;
    }

    /// The next session's opening.
    ///
    /// @param settlement a total of this side's own making (G4)
    Opening opening(Optional<Wei> settlement) throws IOException {
        save();
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        Optional<Pair> pair = settlement.map(this::settle).or(() -> newest);
        return new Opening(xid, records.highest() + 1, Bytes32.of(nonce), Opening.MAX_ROUNDS, pair);
    }

    private Pair settle(Wei total) {
        byte[] k = new byte[32];
        random.nextBytes(k);
        Bytes32 key = Bytes32.of(k);
        Bytes32 lock = crypto.rounds().lockOf(key);
        Signature signature = crypto.signUpdate(signer, terms, name, total, lock);
        paid = total;
        return new Pair(total, lock, signature, key);
    }

    RequesterState.Setting setting(Opening opening, List<RequesterState.Running> before) {
        return new RequesterState.Setting(
                terms, xid, name, signer, deposit.get(), newest, state(), before);
    }

    /// Checks the evidence, draws a psk and seals it to the enclave.
    RequesterInput provision(RequesterEffect.CheckEvidence check) {
        Optional<String> against = evidence.against(check);
        if (against.isPresent()) {
            return new RequesterInput.EvidenceFails(Rule.EVIDENCE.because(against.get()));
        }
        KeyId psk = store.keys().create();
        Secret32 secret = store.keys().secret(psk);
        Provisioning header =
                new Provisioning(
                        xid,
                        check.opening().number(),
                        crypto.verification().hash(check.hello().hello()),
                        SecretNames.pskId(secret),
                        check.hello().hello().base());
        Signature signature = node.signing().sign(header);
        Octets sealed =
                SessionSeals.sealPsk(
                        check.hello().hello().encKey(),
                        new SessionSeals.Provided(header, signature, secret));
        return new RequesterInput.EvidenceHolds(
                header, psk, new StreamMessage.Provision(check.opening().number(), sealed));
    }

    /// The newest pair, after a session.
    void keep(Optional<Pair> pair) {
        newest = pair.or(() -> newest);
    }

    @Override
    public void close() throws IOException {
        output.close();
        after.shutdown();
    }
}
