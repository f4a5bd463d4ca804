package io.evenhand.system.payfirst;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.Capacity;
import io.evenhand.node.EventSink;
import io.evenhand.node.Node;
import io.evenhand.node.Tokens;
import io.evenhand.node.evm.ChainConfig;
import io.evenhand.node.evm.DealAlarms;
import io.evenhand.node.evm.EscrowPort;
import io.evenhand.node.evm.EvmAccount;
import io.evenhand.node.exchange.RoleRuntime;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Attachments;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.Intake;
import io.evenhand.node.peer.OutboundWire;
import io.evenhand.node.peer.Outboxes;
import io.evenhand.node.peer.PeerRouter;
import io.evenhand.node.peer.ServerLinks;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerServer;
import io.evenhand.system.payfirst.PayFirst.Effect;
import io.evenhand.system.payfirst.PayFirst.Input;
import io.evenhand.system.payfirst.PayFirst.Message;
import io.evenhand.system.payfirst.PayFirst.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A buyer or a seller on real parts: journal, TLS, chain. It registers nothing anywhere.
final class PayFirstNode implements AutoCloseable {
    final Node node;
    final Sessions<State, Input, Message, Effect> sessions;
    private final EvmAccount account;
    private final EscrowPort escrow;
    private final RoleRuntime runtime;
    private final ServerLinks links;
    private final Intake<State, Message> intake;
    private final Tokens tokens;
    private final Optional<PeerServer> server;

    private PayFirstNode(
            Path directory, NodeKeys keys, ChainConfig chain, Role role, EventSink events, int port)
            throws IOException {
        InstantSource clock = InstantSource.system();
        this.node =
                Node.of(
                        Store.open(directory, keys, clock),
                        keys,
                        clock,
                        events,
                        (_, _, _, _) -> {});
        this.account = EvmAccount.open(chain, keys, node);
        this.escrow = new EscrowPort(node, account, new NoAlarms());
        PayFirst.Format format = new PayFirst.Format();
        InboundWire<Message> inbound =
                new InboundWire<>(format, new NoAttachments(), node.store().keys());
        OutboundWire<Message> outbound =
                new OutboundWire<>(format, new NoAttachments(), node.store().keys());
        Outboxes outboxes = new Outboxes(node.store().peerOutbox());
        this.links =
                new ServerLinks(
                        node, Map.of(format.protocol(), (from, e) -> heard().deliver(from, e)));
        PayFirstBinding binding =
                new PayFirstBinding(
                        role,
                        chain.rail(),
                        escrow,
                        role.equals(PayFirstBinding.SELLER)
                                ? Optional.of(outboxes.of(outbound))
                                : Optional.empty(),
                        (session, to, message) ->
                                links.send(outbound, session, to, message, (_, _) -> {}));
        this.sessions =
                new Sessions<>(binding, node.store(), node.signing(), account::time, node.events());
        this.tokens = new Tokens(node.store().peers(), clock);
        this.intake =
                new Intake<>(
                        sessions,
                        inbound,
                        Intake.Gate.known((from, key, _) -> sessions.isParty(key, from)));
        this.runtime = RoleRuntime.of(sessions, account::time, node, 1);
        if (role.equals(PayFirstBinding.SELLER)) {
            SellerGate gate = new SellerGate(sessions, inbound, account);
            PeerRouter router = new PeerRouter(tokens, outboxes, List.of(gate));
            PeerServer started =
                    PeerServer.start(
                            node.tls(), Capacity.DEFAULT.serverOptions("127.0.0.1", port), router);
            outboxes.onNews(started::wake);
            this.server = Optional.of(started);
        } else {
            this.server = Optional.empty();
        }
        runtime.start();
        for (SessionTable.Stored open : node.store().sessions().open(role)) {
            // Stored by a process that died before it could begin.
            if (sessions.state(open.key().ref()).orElseThrow() instanceof State.Idle) {
                Sessions.Reaction _ = sessions.submit(open.key().ref(), _ -> new Input.Begin());
            }
        }
        node.store().servers().all().forEach(one -> links.open(one.party()));
    }

    static PayFirstNode start(
            Path directory, NodeKeys keys, ChainConfig chain, Role role, EventSink events, int port)
            throws IOException {
        return new PayFirstNode(directory, keys, chain, role, events, port);
    }

    private Intake<State, Message> heard() {
        return intake;
    }

    PartyId party() {
        return node.identity().party();
    }

    int port() {
        return server.orElseThrow().port();
    }

    Invite invite() {
        return tokens.invite("127.0.0.1", port(), party(), "SELLER", "goods", Duration.ofHours(1));
    }

    /// Begins as a buyer.
    void buy(Bytes32 ref, Invite seller, Deal deal) throws Exception {
        links.join(seller);
        boolean _ =
                sessions.create(
                        ref,
                        List.of(seller.server()),
                        account.mark().orElseThrow(),
                        () -> new State.Idle(deal, seller.server()));
        links.open(seller.server());
        Sessions.Reaction _ = sessions.submit(ref, _ -> new Input.Begin());
    }

    /// What a deposit is locked with: a key that nobody ever shows.
    LockAddresses lock() {
        return node.crypto().lock(node.signing().publicKey(node.store().keys().create()));
    }

    boolean isOver(Bytes32 ref) {
        return node.store().sessions().find(sessions.key(ref)).orElseThrow().ended();
    }

    EvmAccount account() {
        return account;
    }

    EscrowPort escrow() {
        return escrow;
    }

    @Override
    public void close() {
        server.ifPresent(PeerServer::close);
        links.close();
        runtime.close();
        account.close();
        node.store().close();
    }

    /// Nothing travels beside these messages.
    private static final class NoAttachments implements Attachments<Message> {
        @Override
        public Attached attached(SessionKey session, Message message) {
            return Attached.NOTHING;
        }

        @Override
        public void check(Message message) {}

        @Override
        public Message renamed(SessionKey session, Message sent, Secrets secrets) {
            return sent;
        }
    }

    private static final class NoAlarms implements DealAlarms {
        @Override
        public void seen(SessionKey session, int slot, DealView view) {}

        @Override
        public void forget(SessionKey session) {}

        @Override
        public Wei needed(Prices prices) {
            return Wei.ZERO;
        }

        @Override
        public void look(long now, boolean answering) {}
    }
}
