package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.node.NodeState.Serving;
import io.evenhand.protocols.metered.node.NodeState.Unpaid;
import io.evenhand.simulation.meter.MeterTx;
import io.evenhand.simulation.meter.ModelMeter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a dishonest requester can say to a node in some state: it has the channel's key, its
/// identity and every psk, and signs any total under any lock.
final class Cheat {
    private final Parties parties;

    Cheat(Parties parties) {
        this.parties = parties;
    }

    List<StreamMessage> messages(Host host) {
        List<StreamMessage> all = new ArrayList<>();
        NodeState node = host.node();
        int highest = node.channel().highest();
        openings(host, all);
        switch (node.session()) {
            case NodeState.Greeted now -> provisions(now.hello().hello(), all);
            case NodeState.Serving now -> rounds(host, now, highest, all);
            case NodeState.None _,
                    NodeState.Recording _,
                    NodeState.Starting _,
                    NodeState.Provisioning _,
                    NodeState.Leaving _ -> {}
        }
        all.add(new StreamMessage.Stop());
        all.add(new StreamMessage.Attach(parties.xid));
        return all;
    }

    /// Any pair that it can make, also one that no contract takes.
    private void openings(Host host, List<StreamMessage> all) {
        NodeState.Channel channel = host.node().channel();
        Set<Optional<Pair>> pairs = new LinkedHashSet<>();
        pairs.add(Optional.empty());
        Wei owed = host.node().channel().owed();
        if (owed.compareTo(Wei.ZERO) > 0) {
            pairs.add(Optional.of(parties.own(channel.total().plus(owed))));
        }
        pairs.add(Optional.of(parties.own(Parties.DEPOSIT.plus(Parties.MORE).plus(Wei.of(1)))));
        // Of a key that it was told, and with a key that does not fit.
        channel.newest().ifPresent(pair -> pairs.add(Optional.of(pair)));
        Pair own = parties.own(Wei.of(11));
        pairs.add(
                Optional.of(
                        new Pair(
                                own.total(),
                                own.lock(),
                                parties.own(Wei.of(1)).signature(),
                                own.k())));
        pairs.add(Optional.of(new Pair(own.total(), own.lock(), own.signature(), Bytes32.ZERO)));
        for (int number = channel.highest(); number <= channel.highest() + 1; number++) {
            if (number >= 1 && number <= parties.scenario.sessions()) {
                for (Optional<Pair> pair : pairs) {
                    all.add(
                            new StreamMessage.Session(
                                    new Opening(
                                            parties.xid,
                                            number,
                                            parties.symbols.of("nonce", number),
                                            Parties.ROUNDS,
                                            pair)));
                }
            }
        }
    }

    private void provisions(Hello hello, List<StreamMessage> all) {
        KeyId psk = parties.symbols.key("psk " + hello.number());
        for (Wei base : new LinkedHashSet<>(List.of(hello.base(), Wei.ZERO))) {
            Provisioning header =
                    new Provisioning(
                            parties.xid,
                            hello.number(),
                            parties.crypto.verification().hash(hello),
                            parties.requester.pskId(psk),
                            base);
            all.add(parties.provision(hello.encKey(), header, parties.requester.sign(header), psk));
        }
    }

    private void rounds(Host host, Serving now, int number, List<StreamMessage> all) {
        int asked = now.asked().upTo();
        if (asked < Parties.ROUNDS) {
            KeyId psk = parties.symbols.key("psk " + number);
            Optional<StreamMessage.SealedState> state =
                    asked == 0
                            ? Optional.of(parties.sealedState(psk, number, 1, Parties.counter(0)))
                            : Optional.empty();
            all.add(
                    new StreamMessage.Run(
                            number, asked + 1, Parties.ROUNDS, Parties.CYCLES, state));
            all.add(new StreamMessage.Run(number, asked + 1, asked + 1, Parties.CYCLES, state));
        }
        for (Unpaid unpaid : now.done().unpaid()) {
            int round = unpaid.result().round();
            Bytes32 lock = unpaid.result().lock();
            all.add(update(number, round, unpaid.total(), lock));
            Wei less = new Wei(unpaid.total().value().subtract(Wei.of(1).value()));
            all.add(update(number, round, less, lock));
            all.add(update(number, round, unpaid.total(), parties.own(Wei.of(1)).lock()));
        }
        host.node()
                .channel()
                .newest()
                .filter(_ -> !now.done().unpaid().isEmpty())
                .ifPresent(pair ->
                        all.add(
                                new StreamMessage.Update(
                                        number,
                                        now.done().unpaid().getFirst().result().round(),
                                        pair.total(),
                                        pair.signature())));
    }

    private StreamMessage update(int number, int round, Wei total, Bytes32 lock) {
        Signature signature =
                parties.crypto.signUpdate(
                        parties.signer, parties.terms, parties.channel, total, lock);
        return new StreamMessage.Update(number, round, total, signature);
    }

    /// What a payer tries on chain.
    List<MeterTx> transactions(OnChain chain, ModelMeter meter, Facts facts) {
        List<MeterTx> all = new ArrayList<>();
        all.add(chain.refund());
        all.add(chain.release(false));
        all.add(chain.close(parties.own(Wei.ZERO), false));
        if (parties.scenario.may(Fault.UNFUNDED) && !chain.everOpened(meter)) {
            all.add(chain.open());
        }
        if (parties.scenario.may(Fault.TOP_UP) && chain.deposit(meter).equals(Parties.DEPOSIT)) {
            all.add(chain.topUp());
        }
        if (chain.payerHasCredit(meter)) {
            all.add(chain.topUpCredit());
        }
        for (Out.Made made : facts.made()) {
            if (facts.keys().contains(made.k())) {
                Pair pair = parties.pair(made.total(), made.k());
                all.add(chain.close(pair, false));
                if (parties.scenario.may(Fault.BRIBED_TOWER)) {
                    // The node gave a Close of this update to its tower.
                    long notBefore = parties.mutant.has(Flaw.CLOSE_ANY_TIME) ? 0 : Clock.NOT_BEFORE;
                    all.add(chain.closeFor(pair, notBefore));
                }
            }
        }
        return all;
    }
}
