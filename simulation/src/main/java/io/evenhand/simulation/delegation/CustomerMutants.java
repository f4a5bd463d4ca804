package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Message.Accept;
import io.evenhand.protocols.delegation.message.Message.Deliver;
import io.evenhand.protocols.delegation.message.Message.Provision;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Statements.Delivered;
import io.evenhand.protocols.delegation.message.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// Customers that leave a rule out. Where the rule is a check, the wrapper puts the right value in
/// front of the real machine, which then sees nothing wrong.
final class CustomerMutants {
    private CustomerMutants() {}

    private interface Around
            extends BiFunction<
                    Machine<CustomerState, Input, Effect>,
                    Parties,
                    Machine<CustomerState, Input, Effect>> {}

    private static MachineDecorators decorators(Around around) {
        return new MachineDecorators() {
            @Override
            public Machine<CustomerState, Input, Effect> customer(
                    Machine<CustomerState, Input, Effect> machine, Parties parties) {
                return around.apply(machine, parties);
            }
        };
    }

    /// D16: funds as soon as header and stamp are here.
    static MachineDecorators headerOnly() {
        return decorators((real, parties) ->
                (state, input) -> {
                    Step<CustomerState, Effect> step = real.step(state, input);
                    if (!(input instanceof Input.Received)
                            || !(step.state() instanceof CustomerState.Fetching fetching)) {
                        return step;
                    }
                    return real.step(
                            fetching,
                            new Input.Done(
                                    new JobResult.Fetched(fetching.delivery().sealId()),
                                    input.now()));
                });
    }

    /// D7, 16c: takes any genuine stamp for any seal.
    static MachineDecorators stampNotBoundToSeal() {
        return decorators((real, parties) ->
                (state, input) ->
                        real.step(
                                state,
                                delivery(
                                        parties,
                                        state,
                                        input,
                                        (terms, deliver) ->
                                                repaired(
                                                        parties,
                                                        terms,
                                                        deliver,
                                                        deliver.header(),
                                                        parties.customerCrypto.sealId(
                                                                deliver.header())))));
    }

    /// 16d: takes a seal and its stamp from any exchange, whatever label and Terms they name.
    static MachineDecorators stampOfAnyExchange() {
        return decorators((real, parties) ->
                (state, input) ->
                        real.step(
                                state,
                                delivery(
                                        parties,
                                        state,
                                        input,
                                        (terms, deliver) -> relabelled(parties, terms, deliver))));
    }

    private static Deliver relabelled(Parties parties, Terms terms, Deliver deliver) {
        SealHeader header = deliver.header();
        SealId sealId = parties.customerCrypto.sealId(header);
        Stamp stamp = deliver.stamped().stamp();
        if (!stamp.sealId().equals(sealId)) {
            return deliver;
        }
        Xid xid = parties.customerCrypto.xid(terms);
        SealHeader right =
                new SealHeader(
                        Expected.label(parties.customerCrypto, terms, xid, stamp.attempt())
                                .withNonce(header.label().nonce()),
                        header.enc(),
                        header.commitment(),
                        header.chunkSize(),
                        header.chunks(),
                        header.paddedLength(),
                        header.root());
        return repaired(parties, terms, deliver, right, parties.customerCrypto.sealId(right));
    }

    private static Input delivery(
            Parties parties,
            CustomerState state,
            Input input,
            BiFunction<Terms, Deliver, Deliver> change) {
        if (state instanceof CustomerState.AwaitingWork(var agreed)
                && input instanceof Input.Received(PartyId from, Deliver deliver, ChainTime now)
                && genuine(parties, agreed.terms(), deliver)) {
            return new Input.Received(from, change.apply(agreed.terms(), deliver), now);
        }
        return input;
    }

    /// The signatures are what they say; only what they say is not looked at.
    private static boolean genuine(Parties parties, Terms terms, Deliver deliver) {
        Stamped stamped = deliver.stamped();
        Bytes32 hash = parties.customerCrypto.hash(stamped.stamp());
        SealId sealId = parties.customerCrypto.sealId(deliver.header());
        return parties.customerCrypto.verify(terms.stampKey(), stamped.stamp(), stamped.signature())
                && parties.customerCrypto.verify(
                        terms.order().provider(),
                        new Delivered(deliver.xid(), sealId, hash),
                        deliver.signature());
    }

    private static Deliver repaired(
            Parties parties, Terms terms, Deliver deliver, SealHeader header, SealId sealId) {
        Xid xid = parties.customerCrypto.xid(terms);
        int attempt = deliver.stamped().stamp().attempt();
        Stamp stamp = Expected.stamp(parties.customerCrypto, terms, xid, attempt, sealId);
        Delivered delivered = new Delivered(xid, sealId, parties.customerCrypto.hash(stamp));
        return new Deliver(
                xid,
                header,
                new Stamped(stamp, parties.customerCrypto.forged(terms.stampKey(), stamp)),
                parties.customerCrypto.forged(terms.order().provider(), delivered));
    }

    /// R1: takes the newest block for final.
    static MachineDecorators tipIsFinal() {
        return decorators((real, parties) -> (state, input) -> real.step(state, tipAsFinal(input)));
    }

    static Input tipAsFinal(Input input) {
        return input instanceof Input.Observed(DealView v, ChainTime now)
                ? new Input.Observed(
                        new DealView(
                                v.codeHash(),
                                v.tip(),
                                v.tip(),
                                v.openedAt(),
                                v.revealed(),
                                v.claimKnown(),
                                v.otherDeal(),
                                v.claimFee()),
                        now)
                : input;
    }

    /// T13: never asks for its money back.
    static MachineDecorators neverRefunds() {
        return decorators((real, parties) ->
                (state, input) -> {
                    Step<CustomerState, Effect> step = real.step(state, input);
                    List<Effect> rest = new ArrayList<>();
                    if (step instanceof Step.Moved<CustomerState, Effect>(var next, var effects)) {
                        for (Effect effect : effects) {
                            if (!(effect instanceof Effect.Publish(Effect.Transaction.Refund _))) {
                                rest.add(effect);
                            }
                        }
                        return Step.moved(next, rest);
                    }
                    return step;
                });
    }

    /// 12: gives up at tFund, though a restored backup may have forgotten a deposit.
    static MachineDecorators leavesDepositBehind() {
        return decorators((real, parties) ->
                (state, input) ->
                        state instanceof CustomerState.Checking
                                        && input
                                                instanceof Input.Observed(DealView v, ChainTime now)
                                        && v.tip() == DealStatus.ABSENT
                                        && now.now() >= Parties.T_FUND
                                ? Step.moved(
                                        new CustomerState.Aborted(
                                                Rule.GIVEN_UP.because("too late to fund")))
                                : real.step(state, input));
    }

    /// T13: takes no notice of a refund that somebody else sent.
    static MachineDecorators ownRefundsOnly() {
        return decorators((real, parties) ->
                (state, input) ->
                        (state instanceof CustomerState.Opening
                                                || state instanceof CustomerState.Opened)
                                        && input instanceof Input.Observed(DealView v, var _)
                                        && v.finalized() == DealStatus.REFUNDED
                                ? Step.ignored(state, Rule.UNEXPECTED.because("not our refund"))
                                : real.step(state, input));
    }

    /// D22: signs what the provider made of the order.
    static MachineDecorators orderUnchecked() {
        return decorators((real, parties) ->
                (state, input) -> {
                    if (state instanceof CustomerState.Offered(Plan plan, var stampKey)
                            && input instanceof Input.Received(var _, Accept accept, var _)) {
                        Plan other =
                                new Plan(
                                        accept.terms().order(),
                                        plan.policy(),
                                        plan.policySalt(),
                                        plan.inputSalt(),
                                        plan.psk());
                        return real.step(new CustomerState.Offered(other, stampKey), input);
                    }
                    return real.step(state, input);
                });
    }

    /// 16d: pays against the lock that the provider names, not the one of the work key.
    static MachineDecorators lockFromMessage() {
        return decorators((real, parties) ->
                (state, input) -> {
                    Step<CustomerState, Effect> step = real.step(state, input);
                    if (!(state instanceof CustomerState.Fetching)
                            || !(step.state()
                                    instanceof CustomerState.Checking(var a, var d, Deal deal))) {
                        return step;
                    }
                    Deal named =
                            Adversary.deal(
                                    deal,
                                    deal.payee(),
                                    deal.amount(),
                                    deal.claimBy(),
                                    parties.customerCrypto.lock(
                                            parties.customerCrypto.publicKey(parties.twinKey)));
                    return real.step(
                            new CustomerState.Checking(a, d, named),
                            new Input.Restarted(input.now()));
                });
    }

    /// T12: takes any published key for the one that opens the deal.
    static MachineDecorators anyKey() {
        return decorators((real, parties) ->
                (state, input) ->
                        state instanceof CustomerState.Funding(var a, var d, Deal deal)
                                        && input instanceof Input.Observed(DealView v, var now)
                                        && v.revealed().isPresent()
                                ? real.step(
                                        new CustomerState.Opening(a, d, deal, v.revealed().get()),
                                        new Input.Restarted(now))
                                : real.step(state, input));
    }

    /// 13: hands the hidden data to the provider as well.
    static MachineDecorators provisionToProvider() {
        return decorators((real, parties) ->
                (state, input) -> {
                    Step<CustomerState, Effect> step = real.step(state, input);
                    if (step instanceof Step.Moved<CustomerState, Effect>(var next, var effects)) {
                        List<Effect> more = new ArrayList<>(effects);
                        for (Effect effect : effects) {
                            if (effect instanceof Effect.Send(var _, Provision provision)) {
                                more.add(new Effect.Send(parties.provider, provision));
                            }
                        }
                        return Step.moved(next, more);
                    }
                    return step;
                });
    }
}
