package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderMachine;
import io.evenhand.protocols.delegation.provider.ProviderRules;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// Providers that leave a rule out.
final class ProviderMutants {
    private ProviderMutants() {}

    private interface Around
            extends BiFunction<
                    Machine<ProviderState, Input, Effect>,
                    Parties,
                    Machine<ProviderState, Input, Effect>> {}

    private static MachineDecorators decorators(Around around) {
        return new MachineDecorators() {
            @Override
            public Machine<ProviderState, Input, Effect> provider(
                    Machine<ProviderState, Input, Effect> machine, Parties parties) {
                return around.apply(machine, parties);
            }
        };
    }

    private static MachineDecorators rules(UnaryOperator<ProviderRules> change) {
        return new MachineDecorators() {
            @Override
            public ProviderRules providerRules(ProviderRules rules, Parties parties) {
                return change.apply(rules);
            }
        };
    }

    private static ProviderRules with(ProviderRules r, Set<PartyId> stampers, Timing timing) {
        return new ProviderRules(
                r.self(),
                r.services(),
                r.rails(),
                stampers,
                r.policies(),
                r.price(),
                r.maxInputBytes(),
                r.maxWorkBytes(),
                r.tries(),
                timing);
    }

    /// R1: takes the newest block for final.
    static MachineDecorators tipIsFinal() {
        return decorators((real, parties) ->
                (state, input) ->
                        real.step(
                                state,
                                state instanceof ProviderState.Confirming
                                        ? CustomerMutants.tipAsFinal(input)
                                        : input));
    }

    /// R2: shows the key up to the last moment.
    static MachineDecorators noMargin() {
        return rules(r -> with(r, r.stampers(), new Timing(0, 0, 0, 0, 0, 0)));
    }

    /// 10a: leaves no time to send the claim again after a reorg.
    static MachineDecorators noSecondInclusion() {
        Timing t = Parties.TIMING;
        Timing shorter =
                new Timing(
                        t.inclusionSeconds(),
                        t.finalitySeconds(),
                        t.clockErrorSeconds(),
                        t.longestOutageSeconds(),
                        0,
                        t.slackSeconds());
        return rules(r -> with(r, r.stampers(), shorter));
    }

    /// 15: takes any stamper, so also one the customer runs.
    static MachineDecorators anyStamper() {
        return new MachineDecorators() {
            @Override
            public ProviderRules providerRules(ProviderRules rules, Parties parties) {
                return with(
                        rules, Set.of(parties.stamper, parties.customersStamper), rules.timing());
            }
        };
    }

    /// 16e: believes the customer's word without a look at the chain.
    static MachineDecorators noticeTrusted() {
        return decorators((real, parties) ->
                (state, input) ->
                        real.step(
                                state,
                                state instanceof ProviderState.Confirming
                                                && input instanceof Input.Observed(var v, var now)
                                        ? new Input.Observed(open(v, v.codeHash(), 1), now)
                                        : input));
    }

    private static DealView open(DealView v, Bytes32 codeHash, long openedAt) {
        return new DealView(
                codeHash,
                DealStatus.OPEN,
                DealStatus.OPEN,
                openedAt,
                v.revealed(),
                v.claimKnown(),
                v.otherDeal(),
                v.claimFee());
    }

    /// D17: does not ask what code stands at the contract's address.
    static MachineDecorators codeUnchecked() {
        return decorators((real, parties) ->
                (state, input) ->
                        real.step(
                                state,
                                input instanceof Input.Observed(DealView v, ChainTime now)
                                        ? new Input.Observed(
                                                new DealView(
                                                        parties.code,
                                                        v.tip(),
                                                        v.finalized(),
                                                        v.openedAt(),
                                                        v.revealed(),
                                                        v.claimKnown(),
                                                        v.otherDeal(),
                                                        v.claimFee()),
                                                now)
                                        : input));
    }

    /// D17: takes any deposit that the customer signs for.
    static MachineDecorators fieldsUnchecked() {
        return decorators((real, parties) ->
                (state, input) -> {
                    if (state
                                    instanceof
                                    ProviderState.Delivering(var engaged, var _, var sealId, var _)
                            && input
                                    instanceof
                                    Input.Received(
                                            PartyId from,
                                            Message.Funded(var _, Deal deal, var _),
                                            var _)
                            && from.equals(parties.customer)) {
                        return Step.moved(
                                new ProviderState.Confirming(engaged, sealId, deal),
                                new Effect.Watch(engaged.agreement().terms().order().rail(), deal));
                    }
                    return real.step(state, input);
                });
    }

    /// R3: sends the claim once, whatever becomes of it.
    static MachineDecorators noRebroadcast() {
        return decorators((real, parties) ->
                (state, input) -> {
                    Step<ProviderState, Effect> step = real.step(state, input);
                    return state instanceof ProviderState.Revealing
                                    && input instanceof Input.Observed
                                    && step instanceof Step.Moved<ProviderState, Effect>
                            ? Step.moved(step.state(), List.of())
                            : step;
                });
    }

    /// R3: gives up after the key is shown.
    static MachineDecorators givesUpAfterShowing() {
        return decorators((real, parties) ->
                (state, input) ->
                        state instanceof ProviderState.Revealing && input instanceof Input.GivenUp
                                ? Step.moved(
                                        new ProviderState.Aborted(
                                                Rule.GIVEN_UP.because("given up")))
                                : real.step(state, input));
    }

    /// 12: a provider restored from a backup believes the backup, not the chain.
    static MachineDecorators backupTrusted() {
        return decorators((real, parties) ->
                (state, input) ->
                        real.step(
                                state,
                                state instanceof ProviderState.Confirming
                                                && input instanceof Input.Observed(var v, var now)
                                        ? new Input.Observed(
                                                new DealView(
                                                        v.codeHash(),
                                                        v.tip(),
                                                        v.finalized(),
                                                        v.openedAt(),
                                                        java.util.Optional.empty(),
                                                        false,
                                                        v.otherDeal(),
                                                        v.claimFee()),
                                                now)
                                        : input));
    }

    /// R1: is content with a claim that a reorg can drop.
    static MachineDecorators tipIsPaid() {
        return decorators((real, parties) ->
                (state, input) ->
                        real.step(
                                state,
                                state instanceof ProviderState.Revealing
                                        ? CustomerMutants.tipAsFinal(input)
                                        : input));
    }

    /// D9: takes an offer whatever its claim window is.
    static MachineDecorators anyWindow() {
        return decorators((real, parties) -> {
            ProviderRules rules = parties.providerRules();
            Timing none = new Timing(0, 0, 0, 0, 0, 0);
            Machine<ProviderState, Input, Effect> lax =
                    new ProviderMachine(
                            parties.providerCrypto,
                            parties.providerCrypto,
                            with(rules, rules.stampers(), none));
            return (state, input) ->
                    state instanceof ProviderState.Idle && input instanceof Input.Received
                            ? lax.step(state, input)
                            : real.step(state, input);
        });
    }

    /// 16b: keeps the work only once it is stamped, so a crash in between loses it.
    static MachineDecorators storesAfterTrying() {
        return decorators((real, parties) ->
                (state, input) ->
                        state instanceof ProviderState.Trying(var engaged, int attempt, var _)
                                        && input instanceof Input.Restarted
                                ? real.step(new ProviderState.Working(engaged, attempt), input)
                                : real.step(state, input));
    }

    /// 16g: draws its nonce anew after a restart, and signs once more.
    static MachineDecorators signsAnew() {
        return decorators((real, parties) ->
                (state, input) -> {
                    if (state instanceof ProviderState.Accepted(ProviderState.Agreement agreement)
                            && input instanceof Input.Restarted(ChainTime now)) {
                        ProviderState.Fresh old = agreement.fresh();
                        ProviderState.Fresh drawn =
                                new ProviderState.Fresh(
                                        old.workKey(),
                                        old.seed(),
                                        parties.symbols.of("provider's second nonce"),
                                        old.payee());
                        return real.step(
                                new ProviderState.Idle(drawn),
                                new Input.Received(parties.customer, agreement.offer(), now));
                    }
                    return real.step(state, input);
                });
    }
}
