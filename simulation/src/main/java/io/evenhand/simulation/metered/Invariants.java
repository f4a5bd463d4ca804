package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import io.evenhand.protocols.metered.requester.RequesterState.Over;
import io.evenhand.protocols.metered.requester.RequesterState.Running;
import io.evenhand.simulation.meter.ModelMeter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A-I1 to A-I13 on one global state. Who can open a round is derived from keys and ciphertexts,
/// never taken from what a machine says of itself.
final class Invariants {
    /// What a requester may lose to a broken enclave, or by a backup: one window and a session.
    private final long aWindow;

    private final Tables tables;
    private final Parties parties;
    private final Scenario scenario;
    private final Map<Integer, Long> opened = new HashMap<>();
    private final Map<Integer, Optional<Out.Made>> newest = new HashMap<>();
    private final Map<Long, String> cheated = new HashMap<>();

    Invariants(Tables tables) {
        this.tables = tables;
        parties = tables.parties;
        scenario = parties.scenario;
        aWindow =
                parties.window * Parties.ROUND.value().longValue()
                        + Parties.PRICES.perSession().value().longValue();
    }

    String broken(int[] w) {
        Facts facts = tables.facts.value(w[MeteredGame.FACTS]);
        for (String wrong : facts.wrongs()) {
            // What a broken enclave gives is what its owner likes.
            boolean broken = scenario.may(Fault.ENCLAVE_BROKEN) && wrong.startsWith("A-I6:");
            // A restored node does not know what it said.
            boolean forgot = scenario.may(Fault.RESTORE_NODE) && wrong.startsWith("G5:");
            if (!broken && !forgot) {
                return wrong;
            }
        }
        ModelMeter tip = tables.tip(w[MeteredGame.CHAIN]);
        if (!tip.conserved()) {
            return "A-I5: more is paid than there is";
        }
        if (scenario.honest(Role.NODE)) {
            String node = node(w, facts, tip);
            if (!node.isEmpty()) {
                return node;
            }
        }
        return scenario.honest(Role.REQUESTER) ? requester(w, tip) : "";
    }

    // ------------------------------------------------------------------------------------ node

    private String node(int[] w, Facts facts, ModelMeter tip) {
        Host host = tables.host.state(w[MeteredGame.NODE]);
        if (host.exposed() > limit(host)) {
            return "A-I3: " + host.exposed() + " wei of work are not paid, more than the limit";
        }
        if (host.node().session() instanceof NodeState.Serving now
                && now.done().unpaid().size() > parties.window + 1) {
            return "A-I3: more rounds than a window are not paid";
        }
        if (scenario.honest(Role.REQUESTER)
                && host.disk().owed().value().longValue() > Math.max(0, host.exposed())) {
            return "G4: the node says that more is owed than was executed and not paid";
        }
        if (host.restored()) {
            return "";
        }
        long opens = opened.computeIfAbsent(w[MeteredGame.FACTS], _ -> opened(facts));
        if (!host.closing() && early(w[MeteredGame.FACTS], host)) {
            return "A-I13: a key was said whose update, or itself, is not on disk";
        }
        if (opens > reach(w, host, tip)) {
            return "A-I2: rounds of "
                    + opens
                    + " wei can be opened, and "
                    + reach(w, host, tip)
                    + " can be had for them";
        }
        return "";
    }

    /// G2, by the totals on disk.
    private long limit(Host host) {
        BigInteger least = Parties.RISK.dearestClose().times(2).value();
        BigInteger credit = host.disk().total().value().subtract(least).max(BigInteger.ZERO);
        BigInteger limit =
                Parties.RISK
                        .first()
                        .value()
                        .add(credit.shiftRight(2))
                        .min(Parties.RISK.cap().value());
        return limit.longValue();
    }

    /// Price of all rounds that a key which was said opens.
    private long opened(Facts facts) {
        Set<Bytes32> keys = keys(facts);
        return facts.made().stream()
                .filter(made -> keys.contains(made.k()))
                .mapToLong(made -> made.price().value().longValue())
                .sum();
    }

    /// Whether the dearest key that was said is on no disk.
    private boolean early(int facts, Host host) {
        Optional<Out.Made> dearest =
                newest.computeIfAbsent(
                        facts,
                        id -> {
                            Facts all = tables.facts.value(id);
                            return all.made().stream()
                                    .filter(made -> all.keys().contains(made.k()))
                                    .max(Comparator.comparing(Out.Made::total));
                        });
        Optional<Pair> disk = host.disk().newest();
        return dearest.isPresent()
                && dearest.get().total().compareTo(RequesterSide.total(disk)) > 0
                && disk.filter(pair -> pair.lock().equals(dearest.get().lock())).isEmpty();
    }

    private Set<Bytes32> keys(Facts facts) {
        Set<Bytes32> all = new HashSet<>();
        for (Bytes32 k : facts.keys()) {
            Bytes32 at = k;
            for (int i = 0; i < Parties.ROUNDS; i++) {
                all.add(at);
                at = parties.rounds.keyBefore(at);
            }
        }
        return all;
    }

    /// What the node has, or can close with.
    private long reach(int[] w, Host host, ModelMeter tip) {
        long paid = tables.onChain.toPayee(tip);
        Optional<Pair> best = host.closing() ? host.closes() : host.disk().newest();
        long next = tables.time(w[MeteredGame.CHAIN]) + 1L;
        return best.filter(pair -> tables.onChain.takes(tip, pair, next)).isPresent()
                ? paid + best.get().total().value().longValue()
                : paid;
    }

    // ------------------------------------------------------------------------------- requester

    private String requester(int[] w, ModelMeter tip) {
        Requester now = tables.requester.state(w[MeteredGame.REQUESTER]);
        Facts facts = tables.facts.value(w[MeteredGame.FACTS]);
        boolean restored = (w[MeteredGame.FLAGS] & MeteredGame.RESTORED_REQUESTER) != 0;
        Optional<Bytes32> secret = tables.onChain.secret(tip);
        if (secret.isPresent()) {
            Wei paid = Wei.of(tables.onChain.toPayee(tip));
            String robbed = robbed(now, facts, paid, secret.get(), restored);
            if (!robbed.isEmpty()) {
                return robbed;
            }
        }
        if (scenario.honest(Role.NODE)) {
            return "";
        }
        // Each is below two millions.
        long key =
                ((long) w[MeteredGame.REQUESTER] << 42)
                        | ((long) w[MeteredGame.NODE] << 21)
                        | w[MeteredGame.FACTS];
        return cheated.computeIfAbsent(
                key, _ -> cheated(now, facts, tables.liars.value(w[MeteredGame.NODE]), restored));
    }

    private String cheated(Requester now, Facts facts, Liar liar, boolean restored) {
        if (LiarTalk.twice(liar) && !scenario.may(Fault.ENCLAVE_BROKEN)) {
            return "F9: an enclave stated one round in two ways";
        }
        if (tables.talk.hasPsk(liar) || tables.talk.reads(liar)) {
            return "A-I8: the node reads what is the requester's";
        }
        if (tables.talk.keyForNothing(liar)) {
            return "A-I2: an enclave gave a key that no update pays for";
        }
        if (blind(now, facts)) {
            return "G7: a base counts whose rounds are held and not opened";
        }
        for (Pair pair : tables.loot.pairs(liar)) {
            String robbed = robbed(now, facts, pair.total(), pair.k(), restored);
            if (!robbed.isEmpty()) {
                return robbed;
            }
        }
        return "";
    }

    private static Wei own(Requester now) {
        return RequesterSide.total(now.disk().opening().flatMap(Opening::pair));
    }

    /// Whether the session goes on from a total of which it could have opened the rounds.
    private static boolean blind(Requester now, Facts facts) {
        Optional<Pair> base =
                now.machine()
                        .filter(machine -> machine instanceof RequesterState.Provided)
                        .map(machine -> ((RequesterState.Provided) machine).hello().hello())
                        .flatMap(hello -> hello.pair().filter(p -> p.total().equals(hello.base())))
                        .filter(pair -> pair.total().compareTo(own(now)) > 0);
        return base.isPresent()
                && sessions(now).stream()
                        .flatMap(running -> running.received().held().stream())
                        .map(held -> held.statement().lock())
                        .filter(lock -> lock.equals(base.get().lock()))
                        .anyMatch(lock ->
                                facts.gave().stream().noneMatch(gave -> gave.lock().equals(lock)));
    }

    /// A-I1, A-I4: what a close with this pair takes is for rounds that the requester has, or that
    /// the key opens.
    private String robbed(Requester now, Facts facts, Wei total, Bytes32 k, boolean restored) {
        Set<Bytes32> had = new HashSet<>();
        long value = facts.settled();
        long progress = 0;
        for (Out.Gave gave : facts.gave()) {
            had.add(gave.lock());
            value += gave.price().value().longValue();
            progress = Math.max(progress, gave.count());
        }
        Map<Bytes32, Bytes32> keys = new HashMap<>();
        Bytes32 at = k;
        for (int i = 0; i < Parties.ROUNDS; i++) {
            keys.put(parties.rounds.lockOf(at), at);
            at = parties.rounds.keyBefore(at);
        }
        for (Running running : sessions(now)) {
            for (Held held : running.received().held()) {
                Bytes32 lock = held.statement().lock();
                if (keys.containsKey(lock)
                        && opens(running, held, keys.get(lock))
                        && had.add(lock)) {
                    value += price(held);
                    progress =
                            Math.max(
                                    progress,
                                    Parties.count(running.setting().state())
                                            + held.statement().round());
                }
            }
        }
        long most = value + (restored || scenario.may(Fault.ENCLAVE_BROKEN) ? aWindow : 0);
        long paid = total.value().longValue();
        if (paid > most) {
            return "A-I1: " + paid + " wei are paid for rounds of " + value;
        }
        long useful =
                progress * Parties.ROUND.value().longValue()
                        + now.disk().number() * Parties.PRICES.perSession().value().longValue()
                        + facts.settled()
                        + aWindow;
        return paid > useful && !restored
                ? "A-I4: more than a window was bought again, for " + paid + " wei"
                : "";
    }

    private static long price(Held held) {
        return Parties.PRICES
                .of(held.statement().round(), held.statement().charged())
                .value()
                .longValue();
    }

    private boolean opens(Running running, Held held, Bytes32 k) {
        Optional<Octets> plain =
                parties.rounds.open(
                        running.session().psk(),
                        k,
                        parties.crypto.verification().hash(held.statement().unsealed()),
                        held.ciphertext());
        return plain.isPresent();
    }

    /// All that a requester has a ciphertext of, in memory or on disk.
    private static List<Running> sessions(Requester now) {
        List<Running> all = new ArrayList<>(now.past());
        all.addAll(now.disk().kept());
        now.machine()
                .ifPresent(machine -> {
                    if (machine instanceof Running running) {
                        all.add(running);
                    } else if (machine instanceof Over over) {
                        over.last().ifPresent(all::add);
                    }
                });
        return all;
    }

    // --------------------------------------------------------------------------------- the end

    /// At the horizon, when nobody honest has anything left to do.
    String end(int[] w) {
        ModelMeter tip = tables.tip(w[MeteredGame.CHAIN]);
        if (scenario.honest(Role.REQUESTER) && tables.onChain.isOpen(tip)) {
            return "A-I4: the deposit never comes back";
        }
        // A node that closes early does what it may: fewer rounds, and all of them paid.
        boolean whole = scenario.may(Fault.NONE_DELAYED) && !scenario.may(Fault.CLOSES_EARLY);
        if (whole && scenario.dishonest().isEmpty()) {
            Requester now = tables.requester.state(w[MeteredGame.REQUESTER]);
            long done = Parties.count(now.state());
            if (done < Parties.ROUNDS) {
                return "A-I1: all were honest and in time, and " + done + " rounds are open";
            }
            long owed = Parties.ROUNDS * Parties.ROUND.value().longValue();
            long paid = tables.onChain.toPayee(tip);
            if (paid < owed) {
                return "A-I2: all were honest and in time, and " + paid + " wei are paid";
            }
        }
        return "";
    }
}
