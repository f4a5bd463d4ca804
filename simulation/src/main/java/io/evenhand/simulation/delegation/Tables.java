package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.chain.ModelChain;
import io.evenhand.simulation.delegation.World.Backup;
import io.evenhand.simulation.delegation.World.Known;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;
import io.evenhand.simulation.search.IntSets;
import io.evenhand.simulation.search.Interner;
import io.evenhand.simulation.search.LongIntMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything a game remembers: values by number, and what follows from pairs of numbers, computed
/// once.
final class Tables {
    final Effects effects = new Effects();
    final IntSets sets = new IntSets();
    final Automata automata;
    final ModelChain<ModelEscrow, EscrowTx> model;

    private final Cast cast;
    private final Jobs jobs;
    private final Views views;
    private final Wallet wallet;
    private final Adversary adversary;
    private final AdversaryTransactions transactions;
    private final Invariants invariants;
    private final Verdicts verdicts;
    private final Interner<ChainState<ModelEscrow, EscrowTx>> chains = new Interner<>();
    private final List<Invariants.Facts> facts = new ArrayList<>();
    private final Interner<Known> knowns = new Interner<>();
    private final Interner<Backup> backups = new Interner<>();
    private final Interner<JobResult> results = new Interner<>();
    private final Interner<List<Message>> inboxes = new Interner<>();
    private final List<Lesson> lessons = new ArrayList<>();
    private final List<int[]> lists = new ArrayList<>();
    private final LongIntMap receivedInputs = new LongIntMap();
    private final LongIntMap doneInputs = new LongIntMap();
    private final LongIntMap observedInputs = new LongIntMap();
    private final LongIntMap blockLists = new LongIntMap();
    private final LongIntMap reorgs = new LongIntMap();
    private final LongIntMap messageLists = new LongIntMap();
    private final LongIntMap inboxIds = new LongIntMap();

    /// What reading a message teaches, and who its receiver is.
    private record Lesson(@Nullable Role receiver, long customer, long provider) {}

    Tables(Cast cast) {
        this.cast = cast;
        Said said = new Said();
        automata = new Automata(cast, effects, said, sets);
        jobs = new Jobs(cast);
        views = new Views(cast);
        adversary = new Adversary(cast);
        transactions = new AdversaryTransactions(cast, adversary);
        invariants = new Invariants(cast, said);
        model =
                new ModelChain<>(
                        (int) Cast.TIMING.inclusionSeconds() / Cast.BLOCK,
                        (int) Cast.TIMING.finalitySeconds() / Cast.BLOCK,
                        Cast.BLOCK,
                        !cast.mutant.has(Flaw.FEE_STAYS));
        wallet = new Wallet(cast, model);
        verdicts = new Verdicts(cast.scenario, automata, invariants);
    }

    // Chains

    int chain(ChainState<ModelEscrow, EscrowTx> state) {
        int id = chains.id(state);
        if (id == facts.size()) {
            facts.add(invariants.facts(state));
        }
        return id;
    }

    ChainState<ModelEscrow, EscrowTx> chain(int[] world) {
        return chains.value(world[World.CHAIN]);
    }

    Invariants.Facts facts(int[] world) {
        return facts.get(world[World.CHAIN]);
    }

    ChainTime now(int[] world) {
        return Views.now(chain(world));
    }

    int reorg(int chain, int depth) {
        long key = ((long) chain << 3) | depth;
        int known = reorgs.get(key);
        if (known == LongIntMap.NONE) {
            known = chain(model.reorg(chains.value(chain), depth));
            reorgs.put(key, known);
        }
        return known;
    }

    /// Numbers of the chains after every possible next block.
    int[] blocks(int[] world) {
        long key = (pair(world[World.CHAIN], customerKey(world)) << 1) | (feesHigh(world) ? 1 : 0);
        int known = blockLists.get(key);
        if (known == LongIntMap.NONE) {
            known = lists.size();
            lists.add(mined(world).stream().mapToInt(m -> chain(m.after())).distinct().toArray());
            blockLists.put(key, known);
        }
        return lists.get(known);
    }

    String blockLabel(int[] world, int number) {
        ChainState<ModelEscrow, EscrowTx> after = chains.value(blocks(world)[number]);
        return mined(world).stream()
                .filter(m -> m.after().equals(after))
                .findFirst()
                .map(ModelChain.Mined::label)
                .orElseThrow();
    }

    private List<ModelChain.Mined<ModelEscrow, EscrowTx>> mined(int[] world) {
        return model.mine(
                chain(world),
                transactions.of(chain(world), automata.customer.state(world[0])),
                feesHigh(world));
    }

    /// Only a dishonest customer's state decides what may be in a block.
    private int customerKey(int[] world) {
        return cast.scenario.honest(Role.CUSTOMER) ? 0 : world[0];
    }

    int handedOver(int chain, EscrowTx tx) {
        return chain(model.handedOver(chains.value(chain), tx));
    }

    boolean waits(int[] world, EscrowTx tx) {
        return chain(world).mempool().stream().anyMatch(p -> p.tx().equals(tx));
    }

    /// Of every open deposit of the customer.
    List<EscrowTx> refunds(int[] world) {
        List<EscrowTx> all = new ArrayList<>();
        List<ModelEscrow> contracts = chain(world).tip().contracts();
        for (int at = 0; at < contracts.size(); at++) {
            for (Deal deal : contracts.get(at).deals()) {
                if (deal.payer().equals(cast.payer) && contracts.get(at).openedAt(deal) != 0) {
                    all.add(new EscrowTx.Refund(at, deal, cast.payer));
                }
            }
        }
        return all;
    }

    /// @param noted false if the node crashes before it notes that it did
    void handOver(int id, boolean noted, int[] next) {
        Effects.Asked asked = effects.get(id);
        Wallet.Handed handed =
                wallet.publish(
                        ((Effect.Publish) asked.effect()).transaction(),
                        chain(next),
                        next[World.FLAGS],
                        automata.provider.state(next[Role.PROVIDER.place()]));
        if (noted) {
            next[World.PUBLISHED] = sets.without(next[World.PUBLISHED], id);
        }
        next[World.CHAIN] = chain(handed.chain());
        next[World.FLAGS] = handed.flags();
    }

    private static boolean feesHigh(int[] world) {
        return (world[World.FLAGS] & World.FEES_HIGH) != 0;
    }

    // Inputs

    int received(int id, int[] world) {
        long key = pair(id, chain(world).time());
        int known = receivedInputs.get(key);
        if (known == LongIntMap.NONE) {
            Effects.Asked asked = effects.get(id);
            Message message = ((Effect.Send) asked.effect()).message();
            known =
                    automata.input(
                            new Input.Received(cast.party(asked.from()), message, now(world)));
            receivedInputs.put(key, known);
        }
        return known;
    }

    int done(JobResult result, int[] world) {
        long key = pair(results.id(result), chain(world).time());
        int known = doneInputs.get(key);
        if (known == LongIntMap.NONE) {
            known = automata.input(new Input.Done(result, now(world)));
            doneInputs.put(key, known);
        }
        return known;
    }

    int observed(int watch, int[] world) {
        long key = (pair(watch, world[World.CHAIN]) << 1) | (feesHigh(world) ? 1 : 0);
        int known = observedInputs.get(key);
        if (known == LongIntMap.NONE) {
            Effect.Watch asked = (Effect.Watch) effects.get(watch).effect();
            known =
                    automata.input(
                            new Input.Observed(
                                    views.view(
                                            chain(world),
                                            asked.rail(),
                                            asked.deal(),
                                            feesHigh(world)),
                                    now(world)));
            observedInputs.put(key, known);
        }
        return known;
    }

    /// What a job may end with now; empty while what it waits for is not there.
    List<Jobs.End> ends(Job job, int[] world) {
        return switch (job) {
            case Job.SealWork seal ->
                    jobs.sealing(seal, automata.provider.state(world[Role.PROVIDER.place()]));
            case Job.AwaitInput _ ->
                    !cast.scenario.honest(Role.CUSTOMER) || asked(effects.inputsSent(), world)
                            ? jobs.ends(job)
                            : List.of();
            case Job.FetchWork fetch ->
                    !cast.scenario.honest(Role.PROVIDER)
                                    || asked(effects.deliveries(fetch.header()), world)
                            ? jobs.ends(job)
                            : List.of();
            case Job.SendInput _, Job.OpenWork _, Job.DoWork _, Job.Judge _ -> jobs.ends(job);
        };
    }

    private boolean asked(List<Integer> any, int[] world) {
        for (int id : any) {
            if (sets.contains(world[World.ASKED], id)) {
                return true;
            }
        }
        return false;
    }

    // Knowledge

    int firstKnown() {
        long customer = fact(cast.psk) | cast.knowledge.fact(cast.hidden);
        if (cast.mutant.has(Flaw.STAMPER_DRAWS_SEED)) {
            customer |= fact(cast.stampersSeed);
        }
        long outside =
                cast.mutant.has(Flaw.WORK_KEY_REUSED)
                        ? cast.knowledge.fact(cast.providerCrypto.reveal(cast.workKey).scalar())
                        : 0;
        return knowns.id(new Known(customer, 0, outside, 0, 0));
    }

    private long fact(io.evenhand.kit.value.KeyId secret) {
        return cast.knowledge.fact(secret.value());
    }

    @Nullable Role receiver(int id) {
        return lesson(id).receiver;
    }

    void learn(int[] next, int id) {
        Lesson lesson = lesson(id);
        add(next, lesson.customer, lesson.provider, 0, 0, 0);
    }

    void learn(int[] next, Jobs.End end) {
        add(next, end.customerLearns(), 0, end.outsideLearns(), 0, end.judged());
    }

    void say(int[] next, long said) {
        add(next, 0, 0, 0, said, 0);
    }

    private void add(
            int[] next, long customer, long provider, long outside, long said, long judged) {
        if ((customer | provider | outside | said | judged) == 0) {
            return;
        }
        Known k = knowns.value(next[World.KNOWN]);
        next[World.KNOWN] =
                knowns.id(
                        new Known(
                                k.customer() | customer,
                                k.provider() | provider,
                                k.outside() | outside,
                                k.said() | said,
                                k.judged() | judged));
    }

    private Lesson lesson(int id) {
        while (lessons.size() <= id) {
            lessons.add(lessonOf(effects.get(lessons.size()).effect()));
        }
        return lessons.get(id);
    }

    private Lesson lessonOf(Effect effect) {
        if (!(effect instanceof Effect.Send(PartyId to, Message message))) {
            return new Lesson(null, 0, 0);
        }
        long facts = factsIn(message);
        if (to.equals(cast.customer)) {
            return new Lesson(Role.CUSTOMER, facts, 0);
        }
        if (to.equals(cast.provider)) {
            return new Lesson(Role.PROVIDER, 0, facts);
        }
        return to.equals(cast.stamper)
                ? new Lesson(Role.STAMPER, 0, 0)
                : new Lesson(null, facts, 0);
    }

    private long factsIn(Message message) {
        return switch (message) {
            case Message.Start start -> fact(start.psk());
            case Message.Provision provision ->
                    fact(provision.psk()) | cast.knowledge.fact(cast.hidden);
            case Message.Try attempt -> fact(attempt.seed()) | cast.knowledge.fact(attempt.work());
            case Message.AskStampKey _,
                    Message.StampKeyMade _,
                    Message.Offer _,
                    Message.Accept _,
                    Message.Ready _,
                    Message.Verdict _,
                    Message.Deliver _,
                    Message.Ack _,
                    Message.Funded _,
                    Message.Refuse _ ->
                    0;
        };
    }

    // Adversary

    ProviderState.Agreement dearer(ProviderState.Agreement agreement) {
        return adversary.dearer(agreement);
    }

    List<Plan> plans() {
        return adversary.plans();
    }

    int[] adversary(Role role, int[] world) {
        int inbox = inbox(role, world[World.ASKED]);
        long key = (pair(world[role.place()], inbox) << 2) | role.place();
        int known = messageLists.get(key);
        if (known == LongIntMap.NONE) {
            Object state = automata.state(role, world[role.place()]);
            known = lists.size();
            lists.add(
                    adversary.messages(role, state, inboxes.value(inbox)).stream()
                            .mapToInt(send -> effects.id(role, send))
                            .toArray());
            messageLists.put(key, known);
        }
        return lists.get(known);
    }

    /// The messages to a role that its adversary can make something of.
    private int inbox(Role role, int asked) {
        long key = pair(asked, role.place());
        int known = inboxIds.get(key);
        if (known == LongIntMap.NONE) {
            List<Message> messages = new ArrayList<>();
            for (int id : sets.members(asked)) {
                if (effects.get(id).effect() instanceof Effect.Send(PartyId to, Message message)
                        && to.equals(cast.party(role))
                        && useful(message)) {
                    messages.add(message);
                }
            }
            known = inboxes.id(messages);
            inboxIds.put(key, known);
        }
        return known;
    }

    private static boolean useful(Message message) {
        return message instanceof Message.Accept
                || message instanceof Message.Ready
                || message instanceof Message.Start
                || message instanceof Message.Verdict;
    }

    // Backups

    int backup(Role role, int[] world) {
        int own =
                sets.of(
                        Arrays.stream(sets.members(world[World.PUBLISHED]))
                                .filter(id -> effects.get(id).from() == role)
                                .toArray());
        int journal = world[World.FLAGS] & World.journal(role);
        return 1 + backups.id(new Backup(role, world[role.place()], own, journal));
    }

    Backup backup(int[] world) {
        return backups.value(world[World.BACKUP] - 1);
    }

    int withoutThoseOf(Role role, int published) {
        return sets.of(
                Arrays.stream(sets.members(published))
                        .filter(id -> effects.get(id).from() != role)
                        .toArray());
    }

    String broken(int[] world) {
        return verdicts.broken(world, knowns.value(world[World.KNOWN]), facts(world));
    }

    static long pair(int left, int right) {
        return ((long) left << 31) | right;
    }
}
