package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.LogDeduplicator;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.provider.ProviderDaemon;
import io.evenhand.node.delegation.stamper.StamperDaemon;
import io.evenhand.node.peer.OutboundWire;
import io.evenhand.node.store.DocumentTable;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.Progress;
import io.evenhand.node.transport.TlsIdentity;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Everything that was ever sent in an exchange that is over, files and secrets with it, is sent
/// once more by the parties that sent it.
class ReplayedSessionTest {
    private static final List<Role> SERVERS =
            List.of(DelegationRoles.PROVIDER, DelegationRoles.STAMPER);
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir Path directory;

    private final List<LogDeduplicator> said = new CopyOnWriteArrayList<>();
    private TestNet net;
    private StamperDaemon stamper;
    private ProviderDaemon provider;
    private Bytes32 ref;

    /// @param file the blob that its sender uploads before it, and its name
    private record LogDeduplicator(
            Role from, Role to, Envelope envelope, Optional<Path> file, String name) {}

    /// An exchange that is stopped in the middle for a backup of both servers, and settles.
    @BeforeEach
    void settle() throws Exception {
        net = new TestNet(directory, new LocalChain.Mining.Every(1));
        stamper = net.stamper();
        String once =
                "[\"sh\", \"-c\", \"test -e go || sleep 100; sort -o $0 $1\", {output}, {input}]";
        String yaml =
                TestNet.SORT.replace(
                        "[\"sort\", \"-o\", \"{output}\", \"{input}\"]",
                        once.replace("{output}", "\"{output}\"").replace("{input}", "\"{input}\""));
        provider = net.provider(yaml);
        CompletableFuture<Boolean> recorded = new CompletableFuture<>();
        try (CustomerAgent customer = net.customer()) {
            ref = net.delegate(customer, provider, net.input("b\na\n"));
            net.await(event -> isChange(event, "Working"));
            stop();
            SERVERS.forEach(role -> copy(home(role), backup(role)));
            Files.createFile(directory.resolve("go"));
            net.listener =
                    Optional.of(event -> {
                        if (isChange(event, "Confirming")) {
                            record();
                            recorded.complete(true);
                        }
                    });
            stamper = net.stamper();
            provider = net.provider(yaml);
            assertInstanceOf(
                    CustomerState.Settled.class, customer.end(ref).get(90, TimeUnit.SECONDS));
            recorded.get(60, TimeUnit.SECONDS);
            net.await(event -> isEnd(event));
        }
        assertEquals(
                List.of("Provision", "AskStampKey", "Offer", "Start", "Ack", "Funded", "Try")
                        .stream()
                        .sorted()
                        .toList(),
                said.stream().map(s -> Records.kind(message(s))).sorted().toList());
    }

    @AfterEach
    void close() throws Exception {
        stop();
        net.close();
    }

    private void stop() {
        provider.close();
        stamper.close();
    }

    @Test
    @DisplayName("nothing comes of it: no signature, no state, no secret, no file, no money")
    void afterTheEnd() throws Exception {
        Set<String> before = everything();
        replay(said);
        unchanged(before);
        replay(shuffled(1));
        replay(shuffled(2));
        unchanged(before);
    }

    @Test
    @DisplayName("nor from servers that were put back to the middle of it")
    void afterRestores() throws Exception {
        Set<String> signed = rows(DelegationRoles.PROVIDER, "statements");
        Wei paid = net.chain.balance(provider.payee());
        restore(DelegationRoles.PROVIDER);
        replay(said);
        net.await(event -> isChange(event, "Delivering") || isEnd(event));
        replay(shuffled(3));
        replay(said);
        net.await(event -> isEnd(event));
        assertEquals(signed, rows(DelegationRoles.PROVIDER, "statements"));
        assertEquals(0, open(DelegationRoles.PROVIDER));
        assertEquals(paid, net.chain.balance(provider.payee()));

        signed = rows(DelegationRoles.STAMPER, "statements");
        restore(DelegationRoles.STAMPER);
        replay(said);
        replay(shuffled(4));
        assertTrue(
                signed.containsAll(rows(DelegationRoles.STAMPER, "statements")),
                "something new is signed");
        assertEquals(
                0,
                open(DelegationRoles.STAMPER),
                "a stamper that was put back ends what it forgot");
        assertEquals(paid, net.chain.balance(provider.payee()));
    }

    private void restore(Role role) throws Exception {
        stop();
        copy(backup(role), home(role));
        net.events.clear();
        net.listener = Optional.empty();
        stamper = net.stamper();
        provider = net.provider();
    }

    private List<LogDeduplicator> shuffled(long seed) {
        List<LogDeduplicator> order = new ArrayList<>(said);
        Collections.shuffle(order, new Random(seed));
        return order;
    }

    /// Reads from the parties' journals what they sent, while they still have their secrets.
    private void record() {
        try {
            recordFrom(DelegationRoles.CUSTOMER, LocalChain.key(1));
            recordFrom(DelegationRoles.PROVIDER, LocalChain.key(2));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void recordFrom(Role role, Secret32 wallet) throws Exception {
        NodeKeys keys = net.keys(role.text(), wallet);
        SessionKey session = new SessionKey(role, ref);
        try (Store store = Store.openForReading(home(role), keys)) {
            OutboundWire<Message> wire =
                    new OutboundWire<>(
                            DelegationMessages.FORMAT,
                            new DelegationAttachments(
                                    new SessionFiles(home(role).resolve("blobs")),
                                    keys.identity().party()),
                            store.keys());
            for (DocumentTable.Document kept : store.documents().all(session)) {
                if (kept.name().way() == DocumentTable.Way.SENT) {
                    Message message = Records.decode(Message.class, kept.body().toByteArray());
                    Optional<Role> to = receiver(message);
                    if (to.isPresent()) {
                        said.add(
                                said(
                                        role,
                                        to.get(),
                                        wire.envelope(session, message),
                                        message,
                                        wire.file(session, message)));
                    }
                }
            }
        }
    }

    private LogDeduplicator said(
            Role from, Role to, Envelope envelope, Message message, Optional<String> file)
            throws Exception {
        String name = message instanceof Message.Start ? SessionFiles.INPUT : file.orElse("");
        if (name.isEmpty()) {
            return new LogDeduplicator(from, to, envelope, Optional.empty(), name);
        }
        Path copy = directory.resolve("recorded-" + name);
        Path source =
                home(from)
                        .resolve("blobs")
                        .resolve(SessionFiles.folder(new SessionKey(from, ref)))
                        .resolve(name);
        if (Files.exists(source)) {
            Files.copy(source, copy);
        } else {
            Files.writeString(copy, "a\nb\n");
        }
        return new LogDeduplicator(from, to, envelope, Optional.of(copy), name);
    }

    private static Optional<Role> receiver(Message message) {
        return switch (message) {
            case Message.AskStampKey _, Message.Provision _, Message.Try _ ->
                    Optional.of(DelegationRoles.STAMPER);
            case Message.Offer _, Message.Start _, Message.Ack _, Message.Funded _ ->
                    Optional.of(DelegationRoles.PROVIDER);
            case Message.StampKeyMade _,
                    Message.Ready _,
                    Message.Verdict _,
                    Message.Accept _,
                    Message.Deliver _,
                    Message.Refuse _ ->
                    Optional.empty();
        };
    }

    private static Message message(LogDeduplicator said) {
        return Records.decode(Message.class, said.envelope().message().toByteArray());
    }

    private void replay(List<LogDeduplicator> order) throws Exception {
        for (LogDeduplicator one : order) {
            TlsIdentity sender =
                    new TlsIdentity(
                            net.keys(one.from().text(), LocalChain.key(account(one.from())))
                                    .identity());
            Invite door =
                    one.to().equals(DelegationRoles.STAMPER)
                            ? stamper.invite("127.0.0.1", DAY)
                            : provider.invite("127.0.0.1", DAY);
            PeerClientOptions single = PeerClientOptions.DEFAULT.withAttempts(1);
            try (PeerClient client = PeerClient.of(sender, door, single)) {
                client.join(door.token());
                if (one.file().isPresent()) {
                    tolerant(() ->
                            client.upload(
                                    DelegationWire.blob(ref, one.name()),
                                    one.file().get(),
                                    Progress.NONE));
                }
                tolerant(() -> client.send(one.envelope()));
            }
        }
    }

    private static int account(Role role) {
        return role.equals(DelegationRoles.CUSTOMER) ? 1 : 2;
    }

    private interface Step {
        void run() throws Exception;
    }

    /// It may be refused, but by a server that goes on.
    private static void tolerant(Step step) throws Exception {
        try {
            step.run();
        } catch (PeerException e) {
            assertTrue(e.status() >= 400 && e.status() != 500, e.getMessage());
        }
    }

    private void unchanged(Set<String> before) throws Exception {
        Set<String> gone = new TreeSet<>(before);
        Set<String> come = everything();
        gone.removeAll(come);
        come.removeAll(before);
        assertEquals(gone, come);
    }

    /// What both servers hold, sign, owe and own.
    private Set<String> everything() throws Exception {
        Set<String> all = new TreeSet<>();
        for (Role role : SERVERS) {
            for (String table :
                    List.of("sessions", "statements", "outputs", "transactions", "secrets")) {
                for (String row : rows(role, table)) {
                    all.add(role + " " + table + " " + row);
                }
            }
            try (Stream<Path> files = Files.walk(home(role).resolve("blobs"))) {
                files.filter(Files::isRegularFile).map(Path::toString).forEach(all::add);
            }
        }
        all.add(net.chain.balance(provider.payee()).toString());
        return all;
    }

    private Set<String> rows(Role role, String table) throws Exception {
        String columns =
                switch (table) {
                    case "sessions" -> "role, ref, peer, state, final";
                    case "statements" -> "xid, slot, type, signer, hash";
                    case "secrets" -> "handle, status";
                    case "outputs" -> "exchange, slot, ledger, id";
                    case "transactions" -> "key, finished";
                    default -> throw new IllegalArgumentException(table);
                };
        String live = table.equals("secrets") ? " WHERE status <> 'BURNED'" : "";
        Set<String> rows = new TreeSet<>();
        try (Connection sql =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + home(role).resolve("journal.db"));
                Statement query = sql.createStatement();
                ResultSet found =
                        query.executeQuery("SELECT " + columns + " FROM " + table + live)) {
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    Object value = found.getObject(i);
                    row.append(
                                    value instanceof byte[] bytes
                                            ? HexFormat.of().formatHex(bytes)
                                            : value)
                            .append(' ');
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    private int open(Role role) {
        try (Store store = Store.openForReading(home(role))) {
            return store.sessions().countOpen(role);
        }
    }

    private boolean isChange(NodeEvent event, String state) {
        return event instanceof NodeEvent.StateChanged change
                && change.session().equals(new SessionKey(DelegationRoles.PROVIDER, ref))
                && change.to().equals(state);
    }

    private boolean isEnd(NodeEvent event) {
        return event instanceof NodeEvent.Ended over
                && over.session().equals(new SessionKey(DelegationRoles.PROVIDER, ref));
    }

    private Path home(Role role) {
        return directory.resolve(role.text());
    }

    private Path backup(Role role) {
        return directory.resolve("backup-" + role.text());
    }

    private static void copy(Path from, Path to) {
        try {
            if (Files.exists(to)) {
                try (Stream<Path> old = Files.walk(to)) {
                    for (Path file : old.filter(Files::isRegularFile).toList()) {
                        Files.delete(file);
                    }
                }
            }
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Path target = to.resolve(from.relativize(file));
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
