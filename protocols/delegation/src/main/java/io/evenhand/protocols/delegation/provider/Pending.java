package io.evenhand.protocols.delegation.provider;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Signing;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Run;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Effect.Watch;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.provider.ProviderState.Accepted;
import io.evenhand.protocols.delegation.provider.ProviderState.Agreement;
import io.evenhand.protocols.delegation.provider.ProviderState.AwaitingInput;
import io.evenhand.protocols.delegation.provider.ProviderState.Confirming;
import io.evenhand.protocols.delegation.provider.ProviderState.Delivering;
import io.evenhand.protocols.delegation.provider.ProviderState.Engaged;
import io.evenhand.protocols.delegation.provider.ProviderState.Final;
import io.evenhand.protocols.delegation.provider.ProviderState.Idle;
import io.evenhand.protocols.delegation.provider.ProviderState.Releasing;
import io.evenhand.protocols.delegation.provider.ProviderState.Revealing;
import io.evenhand.protocols.delegation.provider.ProviderState.Sealing;
import io.evenhand.protocols.delegation.provider.ProviderState.Trying;
import io.evenhand.protocols.delegation.provider.ProviderState.Working;
import java.util.List;

/// What each state of the provider waits for.
final class Pending {
    private final Signing signing;
    private final Crypto crypto;

    Pending(Signing signing, Crypto crypto) {
        this.signing = signing;
        this.crypto = crypto;
    }

    /// Asked for on entry and again after a restart.
    List<Effect> of(ProviderState state) {
        return switch (state) {
            case Idle _, Final _ -> List.of();
            case Accepted(Agreement a) ->
                    List.of(new Send(a.terms().order().customer(), accept(a)));
            case AwaitingInput(Engaged e) -> {
                Message.Offer offer = e.agreement().offer();
                yield List.of(
                        new Run(
                                new Job.AwaitInput(
                                        e.agreement().xid(),
                                        offer.inputSalt(),
                                        offer.order().inputHash(),
                                        offer.order().inputBytes())));
            }
            case Working(Engaged e, int attempt) -> {
                Order order = e.agreement().terms().order();
                yield List.of(
                        new Run(
                                new Job.DoWork(
                                        e.agreement().xid(),
                                        attempt,
                                        order.service(),
                                        order.maxWorkBytes())));
            }
            case Trying(Engaged e, int attempt, Bytes32 work) ->
                    List.of(
                            new Send(
                                    e.agreement().terms().order().stamper().key(),
                                    new Message.Try(
                                            e.agreement().xid(),
                                            attempt,
                                            work,
                                            e.agreement().fresh().seed())));
            case Sealing(Engaged e, int attempt, var _, Stamped _) ->
                    List.of(new Run(seal(e, attempt)));
            case Delivering s -> List.of(new Send(s.order().customer(), deliver(s)));
            case Confirming(Engaged e, var _, Deal deal) ->
                    List.of(new Watch(e.agreement().terms().order().rail(), deal));
            case Revealing(Engaged e, Deal deal) ->
                    List.of(new Watch(e.agreement().terms().order().rail(), deal));
            case Releasing(Engaged e, Deal deal) ->
                    List.of(
                            new Watch(e.agreement().terms().order().rail(), deal),
                            new Publish(
                                    new Effect.Transaction.Release(
                                            e.agreement().terms().order().rail(), deal)));
        };
    }

    private Message accept(Agreement a) {
        Signature possession =
                signing.sign(a.fresh().workKey(), new Statements.Possession(a.xid()));
        return new Message.Accept(a.terms(), possession, signing.sign(a.terms()));
    }

    private Job seal(Engaged e, int attempt) {
        Agreement a = e.agreement();
        return new Job.SealWork(
                a.xid(),
                Expected.label(crypto, a.terms(), a.xid(), attempt),
                a.fresh().seed(),
                e.psk(),
                a.terms().workKey());
    }

    private Message deliver(Delivering s) {
        Xid xid = s.engaged().agreement().xid();
        Statements.Delivered statement =
                new Statements.Delivered(xid, s.sealId(), crypto.hash(s.stamped().stamp()));
        return new Message.Deliver(xid, s.header(), s.stamped(), signing.sign(statement));
    }
}
