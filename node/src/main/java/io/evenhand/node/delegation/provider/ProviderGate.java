package io.evenhand.node.delegation.provider;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.Node;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationAttachments;
import io.evenhand.node.delegation.DelegationDocuments;
import io.evenhand.node.delegation.LedgerPort;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.exchange.Sessions;
import io.evenhand.node.peer.Admission;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.ServerGate;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Origin;
import io.evenhand.node.transport.PeerHandler;
import io.evenhand.node.transport.PeerHandler.BlobSource;
import io.evenhand.node.transport.PeerHandler.BlobTarget;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.provider.ProviderState.Agreement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What a provider's customers may do at its server: offer, upload their input, fetch the sealed
/// work once it is delivered.
final class ProviderGate extends ServerGate<ProviderState, Message> {
    private final Store store;
    private final SessionFiles files;
    private final Sessions<ProviderState, Input, Message, Effect> sessions;
    private final Set<PartyId> stampers;
    private final Function<Message.Offer, ProviderState> fresh;
    private final Function<Message.Offer, Optional<Fault>> fault;
    private final LedgerPort rails;
    private final ProviderJobs jobs;
    private final Path card;
    private final Admission admission;

    /// @param fault why the machine will refuse an offer; it says so itself
    ProviderGate(
            Node node,
            Sessions<ProviderState, Input, Message, Effect> sessions,
            Set<PartyId> stampers,
            Function<Message.Offer, ProviderState> fresh,
            Function<Message.Offer, Optional<Fault>> fault,
            LedgerPort rails,
            ProviderJobs jobs,
            Path card,
            Admission admission,
            InboundWire<Message> wire) {
        super(sessions, wire);
        this.store = node.store();
        this.files = node.files();
        this.sessions = sessions;
        this.stampers = stampers;
        this.fresh = fresh;
        this.fault = fault;
        this.rails = rails;
        this.jobs = jobs;
        this.card = card;
        this.admission = admission;
    }

    @Override
    public void unknown(PartyId from, Optional<Origin> origin, Bytes32 ref, Message message)
            throws Refused {
        if (!(message instanceof Message.Offer offer)) {
            throw new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref + " is open here");
        }
        if (!offer.order().customerNonce().equals(ref)) {
            throw new Refused(Refused.Kind.MALFORMED, "the offer has another nonce");
        }
        if (!offer.order().customer().equals(from)) {
            throw new Refused(Refused.Kind.FORBIDDEN, "an offer in somebody else's name");
        }
        Optional<String> busy = rails.busy();
        if (busy.isPresent()) {
            throw new Refused(Refused.Kind.UNAVAILABLE, busy.get());
        }
        Octets mark =
                rails.mark()
                        .orElseThrow(() ->
                                new Refused(
                                        Refused.Kind.UNAVAILABLE,
                                        "our chain does not answer; try again later"));
        admission.open(
                from,
                sessions.key(ref),
                needed(offer.order()),
                () -> {
                    if (fault.apply(offer).isEmpty()) {
                        DelegationAttachments.checkRuns(offer.policy());
                    }
                    boolean _ = sessions.create(ref, List.of(from), mark, () -> fresh.apply(offer));
                });
    }

    /// The input, the work and its seal, which is at most an eighth longer.
    private static long needed(Order order) {
        long work = Math.min(order.maxWorkBytes(), ServiceConfig.MAX_WORK);
        return Math.min(order.inputBytes(), ServiceConfig.MAX_WORK) + 2 * work + work / 8;
    }

    @Override
    public boolean isParty(PartyId from, SessionKey session, ProviderState state) {
        return isCustomer(from, session) || stampers.contains(from);
    }

    private boolean isCustomer(PartyId peer, SessionKey session) {
        return store.sessions().find(session).filter(s -> s.peer().equals(peer)).isPresent();
    }

    /// The sealed work is readable from the delivery on: only then is it known to be the stamped
    /// one (D1).
    @Override
    protected Optional<BlobSource> readable(PartyId peer, Bytes32 ref, String name) {
        if (ref.equals(ServiceCard.REF)) {
            return name.equals(ServiceCard.BLOB) ? source(card) : Optional.empty();
        }
        SessionKey session = sessions.key(ref);
        boolean delivered =
                isCustomer(peer, session)
                        && store.documents()
                                .find(session, DelegationDocuments.DELIVERED)
                                .isPresent();
        boolean offered = name.equals(SessionFiles.SEALED) || name.equals(SessionFiles.LEAVES);
        return delivered && offered ? source(files.path(session, name)) : Optional.empty();
    }

    private static Optional<BlobSource> source(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(new BlobSource(file, Files.size(file)))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    protected BlobTarget accept(PartyId peer, Bytes32 ref, String name, long totalSize)
            throws Refused {
        SessionKey session = sessions.key(ref);
        ProviderState state =
                sessions.state(ref)
                        .filter(_ -> isCustomer(peer, session))
                        .orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "no exchange " + ref));
        if (!name.equals(SessionFiles.INPUT)) {
            throw new Refused(Refused.Kind.FORBIDDEN, "a provider takes nothing but the input");
        }
        Path path = files.path(session, name);
        if (files.has(session, name)) {
            return new BlobTarget(path, totalSize);
        }
        long wanted =
                agreement(state)
                        .orElseThrow(
                                () -> new Refused(Refused.Kind.CONFLICT, "no input is wanted now"))
                        .offer()
                        .order()
                        .inputBytes();
        if (totalSize != wanted) {
            throw new Refused(
                    Refused.Kind.CONFLICT,
                    "an input of " + totalSize + " bytes, the offer says " + wanted);
        }
        try {
            admission.arriving(wanted - PeerHandler.held(path));
        } catch (IOException e) {
            throw new Refused(Refused.Kind.UNAVAILABLE, "the disk of this node does not answer");
        }
        return new BlobTarget(path, wanted);
    }

    /// Checks the input against the offer; only good input stays.
    @Override
    protected void written(PartyId peer, Bytes32 ref, String name, Path file) throws Refused {
        Optional<ProviderState> state = sessions.state(ref);
        Optional<Agreement> agreement = state.flatMap(ProviderGate::agreement);
        if (agreement.isEmpty()) {
            return;
        }
        Message.Offer offer = agreement.get().offer();
        Job.AwaitInput wanted =
                new Job.AwaitInput(
                        agreement.get().xid(),
                        offer.inputSalt(),
                        offer.order().inputHash(),
                        offer.order().inputBytes());
        Optional<String> fault;
        try {
            fault = jobs.inputFault(sessions.key(ref), wanted);
        } catch (IOException e) {
            throw new Refused(Refused.Kind.UNAVAILABLE, "the disk of this node does not answer");
        }
        if (fault.isPresent()) {
            throw new Refused(Refused.Kind.MALFORMED, fault.get());
        }
        keep(files, sessions.key(ref), name);
        if (state.get() instanceof ProviderState.AwaitingInput) {
            Sessions.Reaction _ =
                    sessions.submit(
                            ref,
                            now -> new Input.Done(new JobResult.InputHeld(), now),
                            // It looks for the input now and then, and is not needed any more.
                            sessions.waiting(sessions.key(ref), new Effect.Run(wanted)));
        }
    }

    /// The agreement while input may come.
    private static Optional<Agreement> agreement(ProviderState state) {
        return switch (state) {
            case ProviderState.Accepted(Agreement agreement) -> Optional.of(agreement);
            case ProviderState.AwaitingInput(ProviderState.Engaged engaged) ->
                    Optional.of(engaged.agreement());
            case ProviderState.Idle _,
                    ProviderState.Working _,
                    ProviderState.Trying _,
                    ProviderState.Sealing _,
                    ProviderState.Delivering _,
                    ProviderState.Confirming _,
                    ProviderState.Revealing _,
                    ProviderState.Releasing _,
                    ProviderState.Final _ ->
                    Optional.empty();
        };
    }
}
