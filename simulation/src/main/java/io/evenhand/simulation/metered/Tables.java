package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.node.NodeInput;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.chain.ModelChain;
import io.evenhand.simulation.machines.MemoizedMachine;
import io.evenhand.simulation.meter.MeterTx;
import io.evenhand.simulation.meter.ModelMeter;
import io.evenhand.simulation.search.Interner;
import io.evenhand.simulation.search.LongIntMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The parts of a global state by their numbers, and what was computed of them before.
final class Tables {
    final Parties parties;
    final Interner<RequesterSide.Event> requesterEvents = new Interner<>();
    final Interner<HostSide.Event> hostEvents = new Interner<>();
    final MemoizedMachine<Requester, RequesterSide.Event, Out, Outcome> requester;
    final MemoizedMachine<Host, HostSide.Event, Out, Outcome> host;
    final HostSide hostSide;
    final Interner<Liar> liars = new Interner<>();
    final Net net = new Net();
    final Interner<ChainState<ModelMeter, MeterTx>> chains = new Interner<>();
    final Interner<Facts> facts = new Interner<>();
    final OnChain onChain;
    final Loot loot;
    final LiarMoves moves;
    final LiarTalk talk;
    final Cheat cheat;
    private final Interner<List<Out>> outs = new Interner<>();
    private final LongIntMap learned = new LongIntMap();
    private final Map<Integer, List<LiarMoves.Move>> liarMoves = new HashMap<>();
    private final Map<Long, int[]> heard = new HashMap<>();
    private final Map<Integer, int[]> told = new HashMap<>();
    private final Interner<MeterTx> transactions = new Interner<>();
    private final Interner<List<MeterTx>> choices = new Interner<>();
    private final LongIntMap handed = new LongIntMap();
    private final Map<Long, int[]> blocks = new HashMap<>();
    private final Map<Long, Integer> tries = new HashMap<>();

    /// @param outs number of what the step did
    record Outcome(int state, int outs) {}

    Tables(Parties parties) {
        this.parties = parties;
        hostSide = new HostSide(parties);
        onChain = new OnChain(parties);
        loot = new Loot(parties);
        moves = new LiarMoves(parties, loot);
        talk = new LiarTalk(parties, loot);
        cheat = new Cheat(parties);
        requester =
                new MemoizedMachine<>(
                        new RequesterSide(parties),
                        requesterEvents,
                        (after, step) -> new Outcome(after, outs.id(Effects.of(step))));
        host =
                new MemoizedMachine<>(
                        hostSide,
                        hostEvents,
                        (after, step) -> new Outcome(after, outs.id(Effects.of(step))));
        int _ = outs.id(List.of());
    }

    List<Out> outs(int id) {
        return outs.value(id);
    }

    int learned(int of, int from) {
        if (from == 0) {
            return of;
        }
        long key = (long) of << 32 | from;
        int known = learned.get(key);
        if (known == LongIntMap.NONE) {
            known = facts.id(facts.value(of).after(outs(from)));
            learned.put(key, known);
        }
        return known;
    }

    List<LiarMoves.Move> liarMoves(int liar) {
        return liarMoves.computeIfAbsent(liar, id -> moves.moves(liars.value(id)));
    }

    /// What a liar can say to a requester: numbers of its events.
    int[] heard(int liar, int of) {
        return heard.computeIfAbsent(
                (long) liar << 32 | of,
                _ ->
                        requester.state(of).machine().stream()
                                .flatMap(machine ->
                                        talk.messages(liars.value(liar), machine).stream())
                                .mapToInt(this::heardByRequester)
                                .toArray());
    }

    /// What a dishonest requester can say to a node: numbers of its events.
    int[] told(int of) {
        return told.computeIfAbsent(
                of,
                _ -> cheat.messages(host.state(of)).stream().mapToInt(this::heardByNode).toArray());
    }

    int heardByRequester(StreamMessage message) {
        return requesterEvents.id(new RequesterSide.Event.Do(new RequesterInput.Heard(message)));
    }

    int heardByNode(StreamMessage message) {
        return hostEvents.id(new HostSide.Event.Do(new NodeInput.Heard(message)));
    }

    int handedOver(int chain, MeterTx tx) {
        long key = (long) chain << 32 | transactions.id(tx);
        int known = handed.get(key);
        if (known == LongIntMap.NONE) {
            known = chains.id(Clock.CHAIN.handedOver(chains.value(chain), tx));
            handed.put(key, known);
        }
        return known;
    }

    /// Every block that may come next.
    ///
    /// @param adversary number of the transactions that the adversary may send
    int[] mined(int chain, int adversary) {
        return blocks.computeIfAbsent(
                (long) chain << 32 | adversary,
                _ ->
                        mine(chain, adversary).stream()
                                .mapToInt(block -> chains.id(block.after()))
                                .toArray());
    }

    String label(int chain, int adversary, int block) {
        return mine(chain, adversary).get(block).label();
    }

    private List<ModelChain.Mined<ModelMeter, MeterTx>> mine(int chain, int adversary) {
        return Clock.CHAIN.mine(chains.value(chain), choices.value(adversary), false);
    }

    /// What the dishonest party may send to this chain.
    int adversary(int chain, int node, int known) {
        if (parties.scenario.dishonest().isEmpty()) {
            return choices.id(List.of());
        }
        boolean payer = !parties.scenario.honest(Role.REQUESTER);
        return tries.computeIfAbsent(
                (long) chain << 32 | (payer ? known : node),
                _ -> {
                    ModelMeter tip = tip(chain);
                    List<MeterTx> all =
                            payer
                                    ? cheat.transactions(onChain, tip, facts.value(known))
                                    : loot.closes(onChain, liars.value(node));
                    return choices.id(
                            all.stream()
                                    .filter(tx -> !tip.after(tx, time(chain) + 1).equals(tip))
                                    .toList());
                });
    }

    ModelMeter tip(int chain) {
        return chains.value(chain).tip().contracts().getFirst();
    }

    ModelMeter last(int chain) {
        return chains.value(chain).finalized().contracts().getFirst();
    }

    int time(int chain) {
        return chains.value(chain).time();
    }

    int genesis() {
        ModelMeter meter = onChain.genesis(!parties.scenario.may(Fault.UNFUNDED));
        return chains.id(Clock.CHAIN.genesis(List.of(meter)));
    }

    /// Whether the close waits to be in a block.
    boolean waits(int chain, MeterTx tx) {
        return chains.value(chain).mempool().stream().anyMatch(waiting -> waiting.tx().equals(tx));
    }

    Wei deposit(int chain, boolean atTip) {
        return onChain.deposit(atTip ? tip(chain) : last(chain));
    }
}
