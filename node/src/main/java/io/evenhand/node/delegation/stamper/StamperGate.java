package io.evenhand.node.delegation.stamper;

import io.evenhand.enclave.policy.HiddenData;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Node;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.Tokens;
import io.evenhand.node.delegation.DelegationWire;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Admission;
import io.evenhand.node.peer.AdmissionPolicy;
import io.evenhand.node.peer.GuestQuota;
import io.evenhand.node.peer.ServerGate;
import io.evenhand.node.store.DocumentTable.Name;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.PeerHandler;
import io.evenhand.node.transport.PeerHandler.BlobTarget;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.stamper.StamperState;
import io.evenhand.protocols.delegation.stamper.StamperState.Commission;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What peers may do at a stamper's server: a customer asks for a key and provisions it, the
/// provider of its Terms tries its work. Nothing can be read from it, and what a file must be
/// follows from the message that names it.
final class StamperGate extends ServerGate<StamperState, Message> {
    private static final Pattern WORK = Pattern.compile("work-([1-9][0-9]{0,5})");

    private static final Octets NO_CHAIN = new Octets(new byte[Long.BYTES]);

    private final Store store;
    private final SessionFiles files;
    private final Sessions<StamperState, Input, Message, Effect> sessions;
    private final Tokens tokens;
    private final Supplier<StamperState> fresh;
    private final AdmissionPolicy policy;
    private final Admission admission;
    private final DelegationWire wire;

    StamperGate(
            Node node,
            Sessions<StamperState, Input, Message, Effect> sessions,
            Tokens tokens,
            Supplier<StamperState> fresh,
            AdmissionPolicy policy,
            Admission admission,
            DelegationWire wire) {
        super(sessions, wire.inbound());
        this.store = node.store();
        this.files = node.files();
        this.sessions = sessions;
        this.tokens = tokens;
        this.fresh = fresh;
        this.policy = policy;
        this.admission = admission;
        this.wire = wire;
    }

    @Override
    protected boolean servesGuests() {
        return switch (policy) {
            case AdmissionPolicy.AnyKey _ -> true;
            case AdmissionPolicy.KnownKeys _ -> false;
        };
    }

    @Override
    protected void deliver(PartyId from, Origin origin, Envelope envelope) throws Refused {
        super.deliver(from, origin, envelope);
        eraseRepeated(envelope);
    }

    /// Whoever asks again for an answer sends its file again. It is needed only to compare it with
    /// the first.
    private void eraseRepeated(Envelope envelope) throws Refused {
        Optional<String> file =
                wire.outbound().file(sessions.key(envelope.ref()), wire.inbound().peek(envelope));
        Optional<StamperState> state = sessions.state(envelope.ref());
        boolean work = file.filter(name -> WORK.matcher(name).matches()).isPresent();
        boolean needed =
                state.isEmpty()
                        || state.get() instanceof StamperState.Judging
                        || (!work && !StamperCleaner.isLast(state.get()));
        if (file.isPresent() && !needed) {
            try {
                files.erase(sessions.key(envelope.ref()), file.get());
            } catch (IOException e) {
                throw new Refused(
                        Refused.Kind.UNAVAILABLE, "the disk of this node does not answer");
            }
        }
    }

    @Override
    public void unknown(PartyId from, Optional<Origin> origin, Bytes32 ref, Message message)
            throws Refused {
        if (!(message instanceof Message.AskStampKey(Bytes32 nonce))) {
            throw new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref + " is open here");
        }
        if (!nonce.equals(ref)) {
            throw new Refused(Refused.Kind.MALFORMED, "the question has another nonce");
        }
        if (policy instanceof AdmissionPolicy.AnyKey(GuestQuota quota) && !tokens.knows(from)) {
            String network = origin.map(Origin::network).orElse("");
            admission.openGuest(
                    from,
                    sessions.key(ref),
                    network,
                    quota,
                    () -> create(ref, from, guest(network)));
        } else {
            admission.open(
                    from,
                    sessions.key(ref),
                    0,
                    () -> create(ref, from, Map.of(Documents.MARK, NO_CHAIN)));
        }
    }

    private void create(Bytes32 ref, PartyId from, Map<Name, Octets> known) {
        boolean _ = sessions.create(ref, List.of(from), known, fresh);
    }

    private static Map<Name, Octets> guest(String network) {
        return Map.of(Documents.MARK, NO_CHAIN, Admission.NETWORK, Admission.text(network));
    }

    @Override
    public boolean isParty(PartyId from, SessionKey session, StamperState state) {
        return isCustomer(from, session)
                || commission(state).filter(c -> provider(c).equals(from)).isPresent();
    }

    private boolean isCustomer(PartyId peer, SessionKey session) {
        return store.sessions().find(session).filter(s -> s.peer().equals(peer)).isPresent();
    }

    private static PartyId provider(Commission commission) {
        return commission.terms().order().provider();
    }

    @Override
    protected BlobTarget accept(PartyId peer, Bytes32 ref, String name, long totalSize)
            throws Refused {
        SessionKey session = sessions.key(ref);
        StamperState state =
                sessions.state(ref)
                        .orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref));
        if (!isParty(peer, session, state)) {
            throw new Refused(Refused.Kind.FORBIDDEN, "this exchange is not yours");
        }
        Path path = files.path(session, name);
        Matcher work = WORK.matcher(name);
        if (work.matches()) {
            int attempt = Integer.parseInt(work.group(1));
            long limit = workLimit(peer, session, state, name, attempt);
            if (!files.has(session, name) && totalSize <= limit) {
                place(session, path, totalSize);
            }
            return new BlobTarget(path, limit);
        }
        // Hidden data that were erased may come again, with a customer that was put back.
        boolean wanted =
                state instanceof StamperState.Keyed
                        || StamperCleaner.isLast(state)
                        || files.has(session, name);
        if (!name.equals(SessionFiles.HIDDEN) || !isCustomer(peer, session) || !wanted) {
            throw new Refused(Refused.Kind.CONFLICT, "no " + name + " is wanted from you now");
        }
        return new BlobTarget(path, HiddenData.MAX_BYTES);
    }

    /// Hidden data with the commission, a work with its attempt.
    @Override
    protected boolean namesFiles() {
        return true;
    }

    @Override
    protected void written(PartyId peer, Bytes32 ref, String name, Path file) throws Refused {
        keep(files, sessions.key(ref), name);
    }

    /// Whether the spool takes the work: a place is counted when its first piece comes, for the
    /// customer who pays for it.
    private void place(SessionKey session, Path path, long totalSize) throws Refused {
        try {
            long held = PeerHandler.held(path);
            if (held == 0) {
                admission.kept(store.sessions().find(session).orElseThrow().peer(), totalSize);
                admission.expects(session, totalSize);
            }
            admission.arriving(totalSize - held);
        } catch (IOException e) {
            throw new Refused(Refused.Kind.UNAVAILABLE, "the disk of this node does not answer");
        }
    }

    /// One work for each attempt, in order: a peer cannot fill the disk with attempts to come.
    private long workLimit(
            PartyId peer, SessionKey session, StamperState state, String name, int attempt)
            throws Refused {
        Commission commission =
                commission(state)
                        .filter(c -> provider(c).equals(peer))
                        .orElseThrow(() ->
                                new Refused(
                                        Refused.Kind.CONFLICT, "no work is wanted from you now"));
        Order order = commission.terms().order();
        boolean next =
                switch (state) {
                    case StamperState.Provisioned provisioned ->
                            (attempt == provisioned.attemptsUsed() + 1
                                            && attempt <= order.attempts())
                                    || attempt == provisioned.attemptsUsed();
                    // A provider that lost the verdict in a crash asks for it again, with the work.
                    case StamperState.StampMade made -> attempt == made.attempt().number();
                    case StamperState.Idle _,
                            StamperState.Keyed _,
                            StamperState.Judging _,
                            StamperState.Final _ ->
                            false;
                };
        if (!next && !files.has(session, name)) {
            throw new Refused(Refused.Kind.CONFLICT, "attempt " + attempt + " is not the next one");
        }
        return order.maxWorkBytes();
    }

    private static Optional<Commission> commission(StamperState state) {
        return switch (state) {
            case StamperState.Provisioned provisioned -> Optional.of(provisioned.commission());
            case StamperState.Judging judging -> Optional.of(judging.commission());
            case StamperState.StampMade made -> Optional.of(made.commission());
            case StamperState.Idle _, StamperState.Keyed _, StamperState.Final _ ->
                    Optional.empty();
        };
    }
}
