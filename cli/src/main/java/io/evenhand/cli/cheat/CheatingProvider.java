package io.evenhand.cli.cheat;

import io.evenhand.delegation.Effect;
import io.evenhand.delegation.Effect.Publish;
import io.evenhand.delegation.Effect.Send;
import io.evenhand.delegation.Effect.Transaction;
import io.evenhand.delegation.Input;
import io.evenhand.delegation.message.Message;
import io.evenhand.delegation.message.Statements;
import io.evenhand.delegation.provider.ProviderState;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;

/// Providers that break the rules.
public final class CheatingProvider {
    private CheatingProvider() {}

    public static Machine<ProviderState, Input, Effect> of(
            Cheat cheat, Machine<ProviderState, Input, Effect> honest, Crypto crypto) {
        return switch (cheat) {
            case PROVIDER_VANISHES -> (state, input) -> vanish(honest, state, input);
            case WRONG_KEY, JUNK_CIPHERTEXT ->
                    (state, input) -> cheat(cheat, honest.step(state, input), crypto);
            case UNDERPAY, CUSTOMER_VANISHES, MEMPOOL_COPY -> honest;
        };
    }

    private static Step<ProviderState, Effect> vanish(
            Machine<ProviderState, Input, Effect> honest, ProviderState state, Input input) {
        if (state instanceof ProviderState.Confirming && input instanceof Input.Observed) {
            return Step.moved(
                    new ProviderState.Aborted("the provider has its deposit and is gone"));
        }
        return honest.step(state, input);
    }

    private static Step<ProviderState, Effect> cheat(
            Cheat cheat, Step<ProviderState, Effect> step, Crypto crypto) {
        return switch (step) {
            case Step.Ignored<ProviderState, Effect> ignored -> ignored;
            case Step.Moved<ProviderState, Effect>(var state, var effects) ->
                    Step.moved(
                            state,
                            effects.stream()
                                    .map(effect ->
                                            cheat == Cheat.WRONG_KEY
                                                    ? wrongKey(state, effect)
                                                    : junk(effect, crypto))
                                    .toList());
        };
    }

    /// Any scalar but the right one will do; the seed is at hand.
    private static Effect wrongKey(ProviderState state, Effect effect) {
        if (effect instanceof Publish(Transaction.Claim claim)
                && state instanceof ProviderState.Revealing s) {
            KeyId other = s.engaged().agreement().fresh().seed();
            return new Publish(
                    new Transaction.Claim(claim.rail(), claim.deal(), other, claim.notAfter()));
        }
        return effect;
    }

    private static Effect junk(Effect effect, Crypto crypto) {
        if (effect
                instanceof
                Send(var to, Message.Deliver(var xid, SealHeader header, var stamped, var _))) {
            SealHeader other =
                    new SealHeader(
                            header.label(),
                            header.enc(),
                            header.commitment(),
                            header.chunkSize(),
                            header.chunks(),
                            header.paddedLength(),
                            new Bytes32(1, 2, 3, 4));
            Statements.Delivered statement =
                    new Statements.Delivered(
                            xid, crypto.sealId(other), crypto.hash(stamped.stamp()));
            return new Send(to, new Message.Deliver(xid, other, stamped, crypto.sign(statement)));
        }
        return effect;
    }
}
