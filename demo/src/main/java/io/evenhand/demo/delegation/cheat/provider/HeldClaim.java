package io.evenhand.demo.delegation.cheat.provider;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.AttackerDeal;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Step;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Publish;
import io.evenhand.protocols.delegation.Effect.Transaction;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.provider.ProviderState;
import java.util.List;

/// The provider's software holds its claim back; a client of its own claims instead.
///
/// @param claims once the deposit is final
public record HeldClaim(CheatDescription description, Claims claims) implements Cheat {
    /// What the client does.
    @FunctionalInterface
    public interface Claims {
        void play(DelegationNet net) throws InterruptedException;
    }

    public static HeldClaim late() {
        return new HeldClaim(
                new CheatDescription(
                        "late-claim",
                        Cheater.PROVIDER,
                        "the provider claims after claimBy",
                        "from claimBy on the contract takes no claim and gives the wage back (R5); the"
                                + " key that came too late opens the work for nothing",
                        Outcome.REFUNDED),
                HeldClaim::claimTooLate);
    }

    private static void claimTooLate(DelegationNet net) throws InterruptedException {
        Deal deal = net.files().deal();
        RevealedKey key = net.files().providerKey();
        try (Mempool.MiningControl _ = net.mempool().takeOverMining()) {
            net.chain().nextTimestamp(deal.claimBy());
            Receipt claimed = claim(net, deal, key);
            net.cheated("the provider claims at claimBy, to the second");
            if (!claimed.succeeded()) {
                net.stopped("the contract refused the claim: it came at claimBy or later");
            }
        }
        net.passBeyond("claimBy, for the refund");
    }

    public static HeldClaim inMargin() {
        return new HeldClaim(
                new CheatDescription(
                        "claim-inside-margin",
                        Cheater.PROVIDER,
                        "the provider keeps the customer waiting and claims one second before claimBy",
                        "the customer reads the key in the claim itself (T12); waiting only brings the"
                                + " provider nearer to losing the wage (R2)",
                        Outcome.SETTLED),
                HeldClaim::claimInMargin);
    }

    private static void claimInMargin(DelegationNet net) throws InterruptedException {
        Deal deal = net.files().deal();
        RevealedKey key = net.files().providerKey();
        try (Mempool.MiningControl _ = net.mempool().takeOverMining()) {
            net.chain().nextTimestamp(deal.claimBy() - 1);
            Receipt claimed = claim(net, deal, key);
            net.cheated("the provider claims one second before claimBy");
            if (claimed.succeeded()) {
                net.parties().awaitState(DelegationRoles.CUSTOMER, "Opened");
                net.stopped("the customer opened the work with the key from that very claim");
            }
        }
    }

    public static HeldClaim otherKey() {
        return new HeldClaim(
                new CheatDescription(
                        "key-of-another-deal",
                        Cheater.PROVIDER,
                        "the provider claims with the key of another deal, for which it was paid before",
                        "the lock of a deal fits one key, which the customer computed from the Terms"
                                + " (D12, D13); the wage goes back at claimBy (R5)",
                        Outcome.REFUNDED),
                HeldClaim::claimWithOtherKey);
    }

    private static void claimWithOtherKey(DelegationNet net) throws InterruptedException {
        Deal deal = net.files().deal();
        AttackerDeal other = AttackerDeal.of(net, 3, deal.payee(), AttackerDeal.key(1));
        other.open();
        if (other.claim().succeeded()) {
            net.say("another customer's deal was claimed: its key is public");
        }
        Receipt claimed = claim(net, deal, other.key());
        net.cheated("the provider claims this deal with the key of the other one");
        if (!claimed.succeeded()) {
            net.stopped("the contract refused the claim: the key does not fit this lock");
        }
        net.passBeyond("claimBy");
    }

    private static Receipt claim(DelegationNet net, Deal deal, RevealedKey key) {
        return net.chain()
                .execute(DelegationNet.providerWallet(), EscrowCalls.claim(net.rail(), deal, key));
    }

    @Override
    public Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return (state, input) -> {
            Step<ProviderState, Effect> step = honest.step(state, input);
            boolean holds =
                    state instanceof ProviderState.Confirming
                            && (publishesClaim(step)
                                    || step.state() instanceof ProviderState.Aborted);
            if (publishesClaim(step)) {
                tools.said().cheated("holds its claim back");
            }
            return holds ? Step.moved(state) : step;
        };
    }

    private static boolean publishesClaim(Step<ProviderState, Effect> step) {
        return step instanceof Step.Moved<ProviderState, Effect>(var _, List<Effect> effects)
                && effects.stream()
                        .anyMatch(effect -> effect instanceof Publish(Transaction.Claim _));
    }

    @Override
    public void play(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        net.transcript().awaitCheated();
        claims.play(net);
    }
}
