package io.evenhand.node.peer;

import io.evenhand.kit.file.FileTrouble;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.Alarms;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.exchange.DeclinedException;
import io.evenhand.node.store.ServerTable;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.BlobName;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.Progress;
import io.evenhand.node.transport.Refused;
import io.evenhand.node.transport.RetryBudget;
import io.evenhand.node.transport.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The servers this node talks to as a client, each behind one {@link ServerLink}, whatever
/// protocols it speaks with them: a server's outbox is read once.
public final class ServerLinks implements AutoCloseable {
    /// A transfer that hangs is taken up again by its effect, so the transport need not try long.
    private static final PeerClientOptions OPTIONS = PeerClientOptions.DEFAULT.withAttempts(3);

    /// A server that let us in before need not answer an invite: what waits for it goes on soon.
    private static final Duration ONCE_MORE = Duration.ofSeconds(10);

    private final TlsIdentity identity;
    private final Store store;
    private final SessionFiles files;
    private final Map<String, ServerLink.Taker> takers;
    private final EventSink events;
    private final Alarms alarms;
    private final Map<PartyId, ServerLink> links = new HashMap<>();
    private boolean closed;

    /// @param takers of each protocol's messages
    public ServerLinks(Node node, Map<String, ServerLink.Taker> takers) {
        this.alarms = node.alarms();
        this.identity = node.tls();
        this.store = node.store();
        this.files = node.files();
        this.takers = Map.copyOf(takers);
        this.events = node.events();
    }

    /// Shows an invite to its server, which uses it up if it does not know us, and remembers the
    /// server under this address. Until it knows us it may push us out for strangers who come from
    /// our address, so a connection that breaks is tried again for about a minute.
    ///
    /// One that let us in before may have forgotten it, as after a backup: so it is asked too, but
    /// once, and a failure is only told.
    public void join(Invite invite) throws PeerException, InterruptedException {
        join(invite, PeerClientOptions.DEFAULT);
    }

    /// The same.
    ///
    /// @param patience with a server that is slow, or breaks the connection
    public void join(Invite invite, PeerClientOptions patience)
            throws PeerException, InterruptedException {
        ServerTable.Server server =
                new ServerTable.Server(
                        invite.server(),
                        invite.service().toLowerCase(Locale.ROOT),
                        invite.name(),
                        invite.host(),
                        invite.port());
        if (store.servers().isJoined(invite.server())) {
            greet(invite);
        } else {
            PeerClientOptions once = patience.withAttempts(OPTIONS.attempts());
            try (PeerClient client = PeerClient.of(identity, invite, once)) {
                join(client, invite, patience);
            }
        }
        note(server, store.servers()::put);
    }

    private void greet(Invite invite) throws InterruptedException {
        PeerClientOptions once = OPTIONS.withStall(ONCE_MORE);
        try (PeerClient client = PeerClient.of(identity, invite, once)) {
            client.join(invite.token());
        } catch (PeerException e) {
            events.trouble(
                    e.getMessage() + "; it let this node in before, so that is tried all the same");
        }
    }

    private void join(PeerClient client, Invite invite, PeerClientOptions options)
            throws PeerException, InterruptedException {
        RetryBudget patience = new RetryBudget(options);
        while (true) {
            try {
                client.join(invite.token());
                return;
            } catch (PeerException e) {
                if (e.nobodyThere()) {
                    throw e;
                }
                patience.resume(e);
                events.trouble(e.getMessage() + "; trying again");
            }
        }
    }

    /// Notes a server of which another one told us, unless it let us in: then our own invite names
    /// its address.
    public void hearOf(ServerTable.Server server) {
        ServerTable servers = store.servers();
        boolean known = servers.find(server.party()).filter(server::equals).isPresent();
        if (!known && !servers.isJoined(server.party())) {
            note(server, servers::hearOf);
        }
    }

    /// A link that is open goes on at the new address.
    private synchronized void note(ServerTable.Server server, Consumer<ServerTable.Server> table) {
        Optional<ServerTable.Server> before = store.servers().find(server.party());
        table.accept(server);
        boolean stays =
                before.filter(old ->
                                old.host().equals(server.host()) && old.port() == server.port())
                        .isPresent();
        ServerLink open = stays ? null : links.remove(server.party());
        if (open != null) {
            open.close();
            open(server.party());
        }
    }

    /// The link to a server whose address is known; from now on its outbox is read.
    public synchronized ServerLink link(PartyId server) throws AgainException {
        if (closed) {
            throw AgainException.notYet("the node is closing");
        }
        ServerLink open = links.get(server);
        if (open != null) {
            return open;
        }
        PeerClient client = client(server);
        ServerLink link = new ServerLink(client, store.peerOutbox(), this::take, events, alarms);
        links.put(server, link);
        return link;
    }

    private void take(PartyId from, Envelope envelope) throws Refused {
        ServerLink.Taker taker = takers.get(envelope.protocol());
        if (taker == null) {
            throw new Refused(Refused.Kind.UNKNOWN, "a protocol that this node does not speak");
        }
        taker.take(from, envelope);
    }

    /// Starts to read a server's outbox, if its address is known.
    public void open(PartyId server) {
        try {
            ServerLink _ = link(server);
        } catch (AgainException e) {
            events.trouble(e.why());
        }
    }

    private PeerClient client(PartyId server) throws AgainException {
        ServerTable.Server known =
                store.servers()
                        .find(server)
                        .orElseThrow(() -> new AgainException("no address is known for " + server));
        return new PeerClient(identity, known.host(), known.port(), server, OPTIONS);
    }

    /// Uploads the file a message speaks of, if any, then hands the message over.
    public <M> void send(
            OutboundWire<M> wire, SessionKey session, PartyId to, M message, Progress progress)
            throws AgainException, DeclinedException, InterruptedException {
        PeerClient client = link(to).client();
        Optional<String> file = wire.file(session, message);
        try {
            if (file.isPresent()) {
                upload(client, session, file.get(), progress);
                long bytes = Files.size(files.path(session, file.get()));
                client.send(wire.envelope(session, message), bytes);
            } else {
                client.send(wire.envelope(session, message));
            }
        } catch (PeerException e) {
            throw sorted(e);
        } catch (IOException e) {
            throw new AgainException("a file cannot be read: " + FileTrouble.of(e));
        }
    }

    public void upload(PeerClient client, SessionKey session, String name, Progress progress)
            throws AgainException, DeclinedException, InterruptedException {
        Path file = files.path(session, name);
        try {
            client.upload(
                    new BlobName(session.role().protocol(), session.ref(), name), file, progress);
        } catch (PeerException e) {
            throw sorted(e);
        } catch (IOException e) {
            throw new AgainException(file + " cannot be read: " + FileTrouble.reason(e));
        }
    }

    /// A refusal by the peer is final; any other failure may pass.
    static AgainException sorted(PeerException e) throws DeclinedException {
        String why = String.valueOf(e.getMessage());
        if (e.kind() == PeerException.Kind.REFUSED) {
            throw new DeclinedException(why);
        }
        return new AgainException(why);
    }

    @Override
    public synchronized void close() {
        closed = true;
        links.values().forEach(ServerLink::close);
        links.clear();
    }
}
