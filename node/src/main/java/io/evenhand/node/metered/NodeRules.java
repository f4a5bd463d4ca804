package io.evenhand.node.metered;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.store.KeyStore;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.channel.PayeeMachine;
import io.evenhand.protocols.metered.message.Draft;
import io.evenhand.protocols.metered.message.Prices;
import io.evenhand.protocols.metered.message.Terms;
import java.util.Optional;
import java.util.function.Supplier;

/// Which proposals a node takes (spec-metered F4, F7, G2, G3), each refused with the number that it
/// would take instead.
final class NodeRules implements PayeeMachine.Rules {
    /// Deposits are at least so many times what closing costs at the dearest (F7).
    private static final int CLOSES = 40;

    private static final String NONCE = "evenhand/metered-nonce/1";

    private final NodeConfig config;
    private final PartyId self;
    private final Address payee;
    private final KeyStore keys;
    private final Supplier<Wei> dearestClose;

    NodeRules(
            NodeConfig config,
            PartyId self,
            Address payee,
            KeyStore keys,
            Supplier<Wei> dearestClose) {
        this.config = config;
        this.self = self;
        this.payee = payee;
        this.keys = keys;
        this.dearestClose = dearestClose;
    }

    @Override
    public Timing timing() {
        return config.chain().timing();
    }

    @Override
    public Address payee() {
        return payee;
    }

    @Override
    public Prices prices(Draft draft) {
        return config.pricing().of(draft.limits());
    }

    @Override
    public Bytes32 nonce(Draft draft) {
        return Bytes32.of(
                keys.derive(NONCE, draft.requesterNonce().toByteArray()).secret().expose());
    }

    /// The policy of the profile `software`, until there are others.
    static final Bytes32 SOFTWARE =
            Bytes32.of(Hashes.sha256("evenhand/attestation", Hashes.ascii("software")));

    @Override
    public Optional<Fault> against(Draft draft, ChainTime now) {
        if (!draft.node().equals(self)) {
            return Optional.of(Rule.SENDER.because("the proposal is for another node"));
        }
        if (!draft.rail().equals(config.chain().rail())) {
            return Optional.of(Rule.CODE.because("this node serves another chain or contract"));
        }
        if (!draft.abi().equals(Terms.ABI) || draft.meter() != Terms.METER) {
            return Optional.of(
                    Rule.PROGRAM.because("this node runs " + Terms.ABI + ", meter " + Terms.METER));
        }
        if (!draft.attestation().equals(SOFTWARE)) {
            return Optional.of(
                    Rule.EVIDENCE.because("this node's evidence is of profile software"));
        }
        if (!config.programs().isEmpty() && !config.programs().contains(draft.program())) {
            return Optional.of(Rule.PROGRAM.because("this node does not run that program"));
        }
        long least = now.now() + 2 * timing().minClaimWindow();
        if (draft.timeout() < least) {
            return Optional.of(
                    Rule.TIMEOUT.because(
                            "the channel has to stay open for "
                                    + 2 * timing().minClaimWindow()
                                    + " s at least"));
        }
        return money(draft);
    }

    private Optional<Fault> money(Draft draft) {
        Prices prices = prices(draft);
        Prices most = draft.most();
        if (prices.rate().compareTo(most.rate()) > 0
                || prices.perRound().compareTo(most.perRound()) > 0
                || prices.perSession().compareTo(most.perSession()) > 0) {
            return Optional.of(
                    Rule.PRICE.because(
                            "this node asks "
                                    + prices.rate()
                                    + " a cycle, "
                                    + prices.perRound()
                                    + " a round and "
                                    + prices.perSession()
                                    + " a session"));
        }
        Wei deposit = dearestClose.get().times(CLOSES);
        if (draft.deposit().compareTo(deposit) < 0) {
            return Optional.of(
                    Rule.DEPOSIT.because("the deposit has to be " + deposit + " at least"));
        }
        Wei round = prices.of(1, draft.limits().cMost());
        if (round.compareTo(config.first()) > 0) {
            return Optional.of(
                    Rule.EXPOSURE.because(
                            "a round may cost "
                                    + round
                                    + ", and this node trusts you with "
                                    + config.first()
                                    + " first; ask for fewer cycles a round"));
        }
        return Optional.empty();
    }
}
