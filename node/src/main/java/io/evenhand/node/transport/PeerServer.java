package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.transport.PeerServerOptions.Room;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The end that listens: it takes messages and files from peers it knows and keeps theirs until
/// they call in. It never calls anybody.
public final class PeerServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PeerServer.class.getName());

    /// Our longest request has three headers of a line each.
    private static final int MAX_HEADERS_BYTES = 4096;

    /// The longest path is that of a blob: a protocol of 16 letters, a reference of 64 digits and a
    /// name of 32.
    private static final int MAX_PROLOGUE_BYTES = 512;

    /// Connections that were closed from here and whose threads have not noticed yet. The {@link
    /// ConnectionLimiter} keeps to its places by itself; this is for the case that it cannot.
    private static final int LEAVING = 64;

    /// Requests that are under way get so long to finish when the server closes.
    private static final Duration GRACE = Duration.ofMillis(200);

    private final PeerHandler handler;
    private final PeerServerOptions options;
    private final Watchdog watchdog;
    private final ConnectionLimiter door;
    private final BlobRoutes blobs;
    private final LongPolls polls = new LongPolls();
    private final ConcurrentHashMap<PartyId, Integer> requests = new ConcurrentHashMap<>();
    private final WebServer server;
    private Optional<ListenerCheck> check = Optional.empty();

    private PeerServer(TlsIdentity identity, PeerServerOptions options, PeerHandler handler)
            throws IOException {
        this.handler = handler;
        this.options = options;
        this.watchdog = new Watchdog(options.stall());
        this.door = new ConnectionLimiter(watchdog, options.room());
        this.blobs = new BlobRoutes(handler, new Bandwidth(options));
        this.server = build(identity, InetAddress.getByName(options.host()));
    }

    /// Starts to listen.
    ///
    /// @throws IOException if the address cannot be listened on
    public static PeerServer start(
            TlsIdentity identity, PeerServerOptions options, PeerHandler handler)
            throws IOException {
        // Helidon would only log why, with a trace, and return as if all were well.
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(
                    new InetSocketAddress(InetAddress.getByName(options.host()), options.port()));
        } catch (IOException e) {
            throw cannotListen(options.host(), options.port(), e);
        }
        Room room = Descriptors.fittingOrWarn(options.room(), LEAVING);
        PeerServer server = new PeerServer(identity, options.withRoom(room), handler);
        server.server.start();
        if (!server.server.isRunning()) {
            server.watchdog.close();
            throw cannotListen(
                    options.host(), options.port(), new IOException("it was taken a moment ago"));
        }
        server.check =
                Optional.of(
                        ListenerCheck.start(InetAddress.getByName(options.host()), server.port()));
        return server;
    }

    static IOException cannotListen(String host, int port, IOException cause) {
        String why = cause instanceof UnknownHostException ? "no such host" : cause.getMessage();
        return new IOException(
                "cannot listen on "
                        + host
                        + ":"
                        + port
                        + " ("
                        + why
                        + "); is the port in use? choose another, or 0 for any",
                cause);
    }

    /// The port it listens on.
    public int port() {
        return server.port();
    }

    /// Something was queued for this peer: its long polls return at once.
    public void wake(PartyId peer) {
        polls.wake(peer);
    }

    /// Bytes of files moved since the start, counting those moved twice twice.
    public Traffic traffic() {
        return new Traffic(blobs.received.get(), blobs.sent.get());
    }

    /// See {@link PeerServer#traffic()}.
    public record Traffic(long received, long sent) {}

    /// Stops listening and cuts what is under way after a moment; transfers can be resumed.
    @Override
    public void close() {
        check.ifPresent(ListenerCheck::close);
        polls.close();
        server.stop();
        watchdog.close();
    }

    private WebServer build(TlsIdentity identity, InetAddress address) {
        return WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .address(address)
                .port(options.port())
                .maxTcpConnections(options.room().all() + LEAVING)
                .idleConnectionTimeout(options.idle())
                .idleConnectionPeriod(options.idle().dividedBy(4))
                .shutdownGracePeriod(GRACE)
                .connectionOptions(door)
                // Helidon's other kind of socket never asks for the client's certificate.
                .useNio(true)
                .tls(
                        Tls.builder()
                                .sslContext(identity.serverContext())
                                .sslParameters(TlsIdentity.parameters())
                                .clientAuth(TlsClientAuth.REQUIRED)
                                .build())
                .protocolsDiscoverServices(false)
                .addProtocol(
                        Http1Config.builder()
                                .maxHeadersSize(MAX_HEADERS_BYTES)
                                .maxPrologueLength(MAX_PROLOGUE_BYTES)
                                .addReceiveListener(door)
                                .build())
                .routing(this::routes)
                .build();
    }

    private void routes(HttpRouting.Builder rules) {
        rules.post(Wire.JOIN, (req, res) -> serve(req, res, Gate.OPEN, this::join));
        rules.post(Wire.MESSAGES, (req, res) -> serve(req, res, Gate.COUNTED, this::message));
        rules.get(Wire.OUTBOX, (req, res) -> serve(req, res, Gate.KNOWN, this::outbox));
        String blob = Wire.BLOBS + "{protocol}/{ref}/{name}";
        rules.head(blob, (req, res) -> serve(req, res, Gate.COUNTED, blobs::held));
        rules.put(blob, (req, res) -> serve(req, res, Gate.COUNTED, blobs::put));
        rules.get(blob, (req, res) -> serve(req, res, Gate.COUNTED, blobs::get));
    }

    /// What a request has to pass before its route sees it.
    private enum Gate {
        /// Any key, as the request brings its token.
        OPEN,
        /// A key that is let in.
        KNOWN,
        /// A key that is let in, and not too many requests of it at a time.
        COUNTED
    }

    @FunctionalInterface
    private interface Route {
        void serve(Call call) throws Refused, IOException, InterruptedException;
    }

    /// Helidon would answer an error of ours with status 500 and go on.
    private void serve(ServerRequest request, ServerResponse response, Gate gate, Route route) {
        Loop.REQUEST.guard(() -> answer(request, response, gate, route));
    }

    private void answer(ServerRequest request, ServerResponse response, Gate gate, Route route) {
        Thread me = Thread.currentThread();
        Visit visit =
                door.visit(request.remotePeer().address())
                        .orElseThrow(() -> new CloseConnectionException("it was sent away"));
        visit.busy(true);
        // An interrupt closes the socket a virtual thread is blocked on.
        try (Watchdog.Watch watch = watchdog.watch(me::interrupt)) {
            Call call;
            try {
                call = new Call(party(request, visit), visit, request, response, watch);
            } catch (CertificateException e) {
                // Not reached through TLS as it is set up here: the handshake refuses such peers.
                response.status(401).send("no Ed25519 certificate\n");
                throw new CloseConnectionException("no certificate", e);
            }
            try {
                pass(call, gate, route);
            } catch (Refused e) {
                call.refuse(e.kind().status(), e.reason());
            } catch (MalformedException e) {
                call.refuse(400, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "a request failed: " + e);
                call.refuse(503, "the disk of this node does not do what it should");
            } catch (InterruptedException e) {
                throw new CloseConnectionException("the server is closing", e);
            } catch (CloseConnectionException e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a request failed", e);
                call.refuse(500, "this node has a fault; its operator finds it in the log");
            }
        } finally {
            visit.busy(false);
        }
    }

    private void pass(Call call, Gate gate, Route route)
            throws Refused, IOException, InterruptedException {
        PartyId peer = call.peer();
        Standing standing = handler.standing(peer);
        if (standing != Standing.STRANGER) {
            door.admit(call.visit(), peer, standing);
        } else if (gate != Gate.OPEN) {
            throw new Refused(
                    Refused.Kind.FORBIDDEN,
                    "this node does not know your key " + peer + "; join with an invite");
        }
        if (gate != Gate.COUNTED) {
            route.serve(call);
            return;
        }
        int now = requests.merge(peer, 1, Integer::sum);
        try {
            if (now > options.maxPeerRequests()) {
                throw new Refused(
                        Refused.Kind.BUSY,
                        "more than " + options.maxPeerRequests() + " requests at a time");
            }
            route.serve(call);
        } finally {
            requests.computeIfPresent(peer, (_, n) -> n == 1 ? null : n - 1);
        }
    }

    /// A connection has the certificate of its handshake as long as it lives.
    private static PartyId party(ServerRequest request, Visit visit) throws CertificateException {
        Optional<PartyId> shown = visit.party();
        if (shown.isPresent()) {
            return shown.get();
        }
        Certificate[] chain =
                request.remotePeer()
                        .tlsCertificates()
                        .orElseThrow(() -> new CertificateException("no certificate"));
        PartyId party = PeerCertificates.party(chain);
        visit.party(party);
        return party;
    }

    private void join(Call call) throws Refused {
        Wire.Join join = Records.decode(Wire.Join.class, call.body(Wire.MAX_JOIN_BYTES));
        boolean joined = handler.join(call.peer(), join.token());
        Standing standing = handler.standing(call.peer());
        // A server that is open to all does not ask for an invite.
        if (!joined && standing != Standing.GUEST) {
            throw new Refused(
                    Refused.Kind.FORBIDDEN,
                    "this invite is unknown, used or expired; ask for a new one");
        }
        door.admit(call.visit(), call.peer(), standing);
        call.answer(204);
    }

    private void message(Call call) throws Refused {
        Envelope envelope = Records.decode(Envelope.class, call.body(Envelope.MAX_BYTES));
        try {
            handler.deliver(call.peer(), call.visit().origin(), envelope);
        } catch (Refused e) {
            if (!e.kind().again()) {
                handler.turnedAway(
                        call.peer(), envelope.protocol(), envelope.ref(), "a message", e);
            }
            throw e;
        }
        call.answer(204);
    }

    private void outbox(Call call) throws InterruptedException {
        var query = call.request().query();
        long after = Call.number("after", query.first("after").orElse(""));
        long seconds = Call.number("wait", query.first("wait").orElse("0"));
        Duration wait = Duration.ofSeconds(Math.min(seconds, Wire.MAX_WAIT.toSeconds()));
        List<Outgoing> found =
                polls.await(
                        call.peer(),
                        wait,
                        () -> handler.outbox(call.peer(), after, Wire.MAX_PAGE_ITEMS));
        call.answer(200, Records.encode(new Wire.Page(page(found))));
    }

    /// As many as fit, and at least one.
    private static List<Outgoing> page(List<Outgoing> found) {
        List<Outgoing> page = new ArrayList<>();
        long bytes = 0;
        for (Outgoing item : found) {
            bytes += item.envelope().toByteArray().length;
            if (page.size() == Wire.MAX_PAGE_ITEMS
                    || (!page.isEmpty() && bytes > Wire.PAGE_BYTES)) {
                break;
            }
            page.add(item);
        }
        return page;
    }
}
