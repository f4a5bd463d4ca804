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
import io.evenhand.simulation.delegation.GlobalState.Backup;
import io.evenhand.simulation.delegation.GlobalState.Known;
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
final class MemoTables {
    final NumberedEffects effects = new NumberedEffects();
    final IntSets sets = new IntSets();
    final MemoizedMachines machines;
    final ModelChain<ModelEscrow, EscrowTx> model;

    private final Parties parties;
    private final Jobs jobs;
    private final Views views;
    private final ModelWallet wallet;
    private final Adversary adversary;
    private final AdversaryTransactions transactions;
    private final Invariants invariants;
    private final MemoizedInvariants verdicts;
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

    MemoTables(Parties parties) {
        this.parties = parties;
        SignedStatements signed = new SignedStatements();
        machines = new MemoizedMachines(parties, effects, signed, sets);
        jobs = new Jobs(parties);
        views = new Views(parties);
        adversary = new Adversary(parties);
        transactions = new AdversaryTransactions(parties, adversary);
        invariants = new Invariants(parties, signed);
        model =
                new ModelChain<>(
                        (int) Parties.TIMING.inclusionSeconds() / Parties.BLOCK,
                        (int) Parties.TIMING.finalitySeconds() / Parties.BLOCK,
                        Parties.BLOCK,
                        !parties.mutant.has(Flaw.FEE_STAYS));
        wallet = new ModelWallet(parties, model);
        verdicts = new MemoizedInvariants(parties.scenario, machines, invariants);
    }

    // Chains

    int chain(ChainState<ModelEscrow, EscrowTx> state) {
        int id = chains.id(state);
        if (id == facts.size()) {
            facts.add(invariants.facts(state));
        }
        return id;
    }

    ChainState<ModelEscrow, EscrowTx> chain(int[] global) {
        return chains.value(global[GlobalState.CHAIN]);
    }

    Invariants.Facts facts(int[] global) {
        return facts.get(global[GlobalState.CHAIN]);
    }

    ChainTime now(int[] global) {
        return Views.now(chain(global));
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
    int[] blocks(int[] global) {
        long key =
                (pair(global[GlobalState.CHAIN], customerKey(global)) << 1)
                        | (feesHigh(global) ? 1 : 0);
        int known = blockLists.get(key);
        if (known == LongIntMap.NONE) {
            known = lists.size();
            lists.add(mined(global).stream().mapToInt(m -> chain(m.after())).distinct().toArray());
            blockLists.put(key, known);
        }
        return lists.get(known);
    }

    String blockLabel(int[] global, int number) {
        ChainState<ModelEscrow, EscrowTx> after = chains.value(blocks(global)[number]);
        return mined(global).stream()
                .filter(m -> m.after().equals(after))
                .findFirst()
                .map(ModelChain.Mined::label)
                .orElseThrow();
    }

    private List<ModelChain.Mined<ModelEscrow, EscrowTx>> mined(int[] global) {
        return model.mine(
                chain(global),
                transactions.of(chain(global), machines.customer.state(global[0])),
                feesHigh(global));
    }

    /// Only a dishonest customer's state decides what may be in a block.
    private int customerKey(int[] global) {
        return parties.scenario.honest(Role.CUSTOMER) ? 0 : global[0];
    }

    int handedOver(int chain, EscrowTx tx) {
        return chain(model.handedOver(chains.value(chain), tx));
    }

    boolean waits(int[] global, EscrowTx tx) {
        return chain(global).mempool().stream().anyMatch(p -> p.tx().equals(tx));
    }

    /// Of every open deposit of the customer.
    List<EscrowTx> refunds(int[] global) {
        List<EscrowTx> all = new ArrayList<>();
        List<ModelEscrow> contracts = chain(global).tip().contracts();
        for (int at = 0; at < contracts.size(); at++) {
            for (Deal deal : contracts.get(at).deals()) {
                if (deal.payer().equals(parties.payer) && contracts.get(at).openedAt(deal) != 0) {
                    all.add(new EscrowTx.Refund(at, deal, parties.payer));
                }
            }
        }
        return all;
    }

    /// @param noted false if the node crashes before it notes that it did
    void handOver(int id, boolean noted, int[] next) {
        NumberedEffects.Asked asked = effects.get(id);
        ModelWallet.Handed handed =
                wallet.publish(
                        ((Effect.Publish) asked.effect()).transaction(),
                        chain(next),
                        next[GlobalState.FLAGS],
                        machines.provider.state(next[Role.PROVIDER.place()]));
        if (noted) {
            next[GlobalState.PUBLISHED] = sets.without(next[GlobalState.PUBLISHED], id);
        }
        next[GlobalState.CHAIN] = chain(handed.chain());
        next[GlobalState.FLAGS] = handed.flags();
    }

    private static boolean feesHigh(int[] global) {
        return (global[GlobalState.FLAGS] & GlobalState.FEES_HIGH) != 0;
    }

    // Inputs

    int received(int id, int[] global) {
        long key = pair(id, chain(global).time());
        int known = receivedInputs.get(key);
        if (known == LongIntMap.NONE) {
            NumberedEffects.Asked asked = effects.get(id);
            Message message = ((Effect.Send) asked.effect()).message();
            known =
                    machines.input(
                            new Input.Received(parties.party(asked.from()), message, now(global)));
            receivedInputs.put(key, known);
        }
        return known;
    }

    int done(JobResult result, int[] global) {
        long key = pair(results.id(result), chain(global).time());
        int known = doneInputs.get(key);
        if (known == LongIntMap.NONE) {
            known = machines.input(new Input.Done(result, now(global)));
            doneInputs.put(key, known);
        }
        return known;
    }

    int observed(int watch, int[] global) {
        long key = (pair(watch, global[GlobalState.CHAIN]) << 1) | (feesHigh(global) ? 1 : 0);
        int known = observedInputs.get(key);
        if (known == LongIntMap.NONE) {
            Effect.Watch asked = (Effect.Watch) effects.get(watch).effect();
            known =
                    machines.input(
                            new Input.Observed(
                                    views.view(
                                            chain(global),
                                            asked.rail(),
                                            asked.deal(),
                                            feesHigh(global)),
                                    now(global)));
            observedInputs.put(key, known);
        }
        return known;
    }

    /// What a job may end with now; empty while what it waits for is not there.
    List<Jobs.End> ends(Job job, int[] global) {
        return switch (job) {
            case Job.SealWork seal ->
                    jobs.sealing(seal, machines.provider.state(global[Role.PROVIDER.place()]));
            case Job.AwaitInput _ ->
                    !parties.scenario.honest(Role.CUSTOMER) || asked(effects.inputsSent(), global)
                            ? jobs.ends(job)
                            : List.of();
            case Job.FetchWork fetch ->
                    !parties.scenario.honest(Role.PROVIDER)
                                    || asked(effects.deliveries(fetch.header()), global)
                            ? jobs.ends(job)
                            : List.of();
            case Job.SendInput _, Job.OpenWork _, Job.DoWork _, Job.Judge _ -> jobs.ends(job);
        };
    }

    private boolean asked(List<Integer> any, int[] global) {
        for (int id : any) {
            if (sets.contains(global[GlobalState.ASKED], id)) {
                return true;
            }
        }
        return false;
    }

    // Knowledge

    int firstKnown() {
        long customer = fact(parties.psk) | parties.knowledge.fact(parties.hidden);
        if (parties.mutant.has(Flaw.STAMPER_DRAWS_SEED)) {
            customer |= fact(parties.stampersSeed);
        }
        long outside =
                parties.mutant.has(Flaw.WORK_KEY_REUSED)
                        ? parties.knowledge.fact(
                                parties.providerCrypto.reveal(parties.workKey).scalar())
                        : 0;
        return knowns.id(new Known(customer, 0, outside, 0, 0));
    }

    private long fact(io.evenhand.kit.value.KeyId secret) {
        return parties.knowledge.fact(secret.value());
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

    void say(int[] next, long signed) {
        add(next, 0, 0, 0, signed, 0);
    }

    private void add(
            int[] next, long customer, long provider, long outside, long signed, long judged) {
        if ((customer | provider | outside | signed | judged) == 0) {
            return;
        }
        Known k = knowns.value(next[GlobalState.KNOWN]);
        next[GlobalState.KNOWN] =
                knowns.id(
                        new Known(
                                k.customer() | customer,
                                k.provider() | provider,
                                k.outside() | outside,
                                k.signed() | signed,
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
        if (to.equals(parties.customer)) {
            return new Lesson(Role.CUSTOMER, facts, 0);
        }
        if (to.equals(parties.provider)) {
            return new Lesson(Role.PROVIDER, 0, facts);
        }
        return to.equals(parties.stamper)
                ? new Lesson(Role.STAMPER, 0, 0)
                : new Lesson(null, facts, 0);
    }

    private long factsIn(Message message) {
        return switch (message) {
            case Message.Start start -> fact(start.psk());
            case Message.Provision provision ->
                    fact(provision.psk()) | parties.knowledge.fact(parties.hidden);
            case Message.Try attempt ->
                    fact(attempt.seed()) | parties.knowledge.fact(attempt.work());
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

    int[] adversary(Role role, int[] global) {
        int inbox = inbox(role, global[GlobalState.ASKED]);
        long key = (pair(global[role.place()], inbox) << 2) | role.place();
        int known = messageLists.get(key);
        if (known == LongIntMap.NONE) {
            Object state = machines.state(role, global[role.place()]);
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
                        && to.equals(parties.party(role))
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

    int backup(Role role, int[] global) {
        int own =
                sets.of(
                        Arrays.stream(sets.members(global[GlobalState.PUBLISHED]))
                                .filter(id -> effects.get(id).from() == role)
                                .toArray());
        int journal = global[GlobalState.FLAGS] & GlobalState.journal(role);
        return 1 + backups.id(new Backup(role, global[role.place()], own, journal));
    }

    Backup backup(int[] global) {
        return backups.value(global[GlobalState.BACKUP] - 1);
    }

    int withoutThoseOf(Role role, int published) {
        return sets.of(
                Arrays.stream(sets.members(published))
                        .filter(id -> effects.get(id).from() != role)
                        .toArray());
    }

    String broken(int[] global) {
        return verdicts.broken(global, knowns.value(global[GlobalState.KNOWN]), facts(global));
    }

    static long pair(int left, int right) {
        return ((long) left << 31) | right;
    }
}
