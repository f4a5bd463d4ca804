package io.evenhand.simulation.delegation;

import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import io.evenhand.simulation.chain.ChainState;
import io.evenhand.simulation.delegation.GlobalState.Backup;
import io.evenhand.simulation.delegation.MemoizedMachines.Outcome;
import io.evenhand.simulation.escrow.EscrowTx;
import io.evenhand.simulation.escrow.ModelEscrow;
import io.evenhand.simulation.search.FirstStep;
import io.evenhand.simulation.search.Game;
import java.util.Arrays;
import java.util.List;

/// The global states of one scenario and every step between them.
///
/// Time passes freely while nothing is at stake: parties may be slow, down or cut off for ever. Two
/// bounds make promises possible: once its key is shown, an honest provider leaves a transaction
/// undone, or a block unseen, for at most the stated outage; and from the deadline on honest
/// parties look at every block.
final class DelegationGame implements Game {
    /// Time after claimBy in which everything ends: twice inclusion and finality, and one to look.
    static final int AFTERMATH = 9 * Parties.BLOCK;

    static final int HORIZON = (int) Parties.CLAIM_BY + AFTERMATH;

    private static final int PROGRESS = 0;
    private static final int TIME = 1;
    private static final int FAULT = 2;
    private static final int CHEAT = 3;

    private final Parties parties;
    private final Scenario scenario;
    private final MemoTables tables;
    private final int[] start;
    private final int[] next = new int[GlobalState.WIDTH];
    private int[] global = new int[GlobalState.WIDTH];
    private Steps steps;
    private boolean progress;
    private boolean probing;

    DelegationGame(Mutant mutant) {
        parties = new Parties(mutant);
        scenario = parties.scenario;
        tables = new MemoTables(parties);
        steps = new FirstStep();
        start = prefix(first());
    }

    private int[] first() {
        int[] w = new int[GlobalState.WIDTH];
        w[0] = tables.machines.customer.id(new CustomerState.Idle(parties.plan));
        w[1] = tables.machines.provider.id(new ProviderState.Idle(parties.fresh));
        w[2] = tables.machines.stamper.id(new StamperState.Idle(parties.stampKey));
        w[GlobalState.CHAIN] = tables.chain(tables.model.genesis(parties.contracts()));
        w[GlobalState.KNOWN] = tables.firstKnown();
        int outages =
                (int) Parties.TIMING.longestOutageSeconds()
                        / Parties.BLOCK
                        * GlobalState.ONE_OUTAGE;
        int fees = scenario.may(Fault.FEE_SPIKE) ? GlobalState.FEES_MAY_RISE : 0;
        w[GlobalState.FLAGS] = scenario.reorgs() | outages | fees;
        return w;
    }

    /// Follows the first step that moves anything until T7 is sent.
    private int[] prefix(int[] from) {
        int[] at = from;
        if (scenario.start() == Scenario.Start.DELIVERED) {
            while (!(tables.machines.provider.state(at[1]) instanceof ProviderState.Delivering)) {
                FirstStep first = new FirstStep();
                global = at;
                steps = first;
                begin();
                asked();
                at = first.found();
            }
        }
        return at;
    }

    @Override
    public int width() {
        return GlobalState.WIDTH;
    }

    @Override
    public List<int[]> starts() {
        return List.of(start.clone());
    }

    @Override
    public String broken(int[] w) {
        return tables.broken(w);
    }

    @Override
    public void expand(int[] from, Steps to) {
        global = from;
        steps = to;
        progress = false;
        steps.kind(PROGRESS);
        begin();
        asked();
        published();
        lostDeposits();
        boolean quiet = !progress;
        quietEnd(quiet);
        if (quiet || !scenario.may(Fault.NONE_DELAYED)) {
            steps.kind(TIME);
            time();
        }
        steps.kind(FAULT);
        faults();
        steps.kind(CHEAT);
        if (!scenario.honest(Role.PROVIDER)) {
            acceptsOtherwise();
        }
        for (Role role : Role.values()) {
            if (!scenario.honest(role)) {
                for (int message : tables.adversary(role, global)) {
                    deliver(message);
                }
            }
        }
    }

    private void begin() {
        CustomerState state = tables.machines.customer.state(global[0]);
        if (!(state instanceof CustomerState.Idle)) {
            return;
        }
        copy();
        step(Role.CUSTOMER, new Input.Begin(tables.now(global)));
        emit("customer: begins");
        if (!scenario.honest(Role.CUSTOMER)) {
            int number = 0;
            for (Plan plan : tables.plans()) {
                copy();
                next[0] = tables.machines.customer.id(new CustomerState.Idle(plan));
                emit("customer: plans otherwise, " + ++number);
            }
        }
    }

    /// The same offer at twice the wage (D22).
    private void acceptsOtherwise() {
        if (tables.machines.provider.state(global[1])
                instanceof ProviderState.Accepted(ProviderState.Agreement agreement)) {
            copy();
            next[1] =
                    tables.machines.provider.id(
                            new ProviderState.Accepted(tables.dearer(agreement)));
            step(Role.PROVIDER, new Input.Restarted(tables.now(global)));
            emit("provider: accepts otherwise");
        }
    }

    /// Everything that was ever asked for may happen, again and again.
    private void asked() {
        for (int id : tables.sets.members(global[GlobalState.ASKED])) {
            NumberedEffects.Asked asked = tables.effects.get(id);
            switch (asked.effect()) {
                case Effect.Send _ -> deliver(id);
                case Effect.Run(Job job) -> run(asked.from(), job);
                case Effect.Watch _ -> observe(asked.from(), id);
                case Effect.WakeAt(var timer, long at) -> {
                    if (tables.chain(global).time() >= at) {
                        copy();
                        step(asked.from(), new Input.Woke(timer, tables.now(global)));
                        emit(label(asked.from(), "wakes at ", timer));
                    }
                }
                case Effect.Burn _, Effect.Publish _ -> {}
            }
        }
    }

    private void deliver(int id) {
        NumberedEffects.Asked asked = tables.effects.get(id);
        copy();
        tables.learn(next, id);
        Role to = tables.receiver(id);
        if (to != null) {
            apply(to, tables.received(id, global));
        }
        emit(
                steps.labelled()
                        ? asked.from()
                                + " -> "
                                + (to == null ? "stamper of the customer" : to)
                                + ": "
                                + Labels.of(((Effect.Send) asked.effect()).message())
                                + (tables.sets.contains(global[GlobalState.ASKED], id)
                                        ? ""
                                        : ", made up")
                        : "");
    }

    private void run(Role role, Job job) {
        int number = 0;
        for (Jobs.End end : tables.ends(job, global)) {
            copy();
            tables.learn(next, end);
            if (end.result().isPresent()) {
                apply(role, tables.done(end.result().get(), global));
            }
            emit(
                    steps.labelled()
                            ? role
                                    + ": "
                                    + job.getClass().getSimpleName()
                                    + " ends, "
                                    + ++number
                                    + ": "
                                    + end.result()
                                            .map(r -> r.getClass().getSimpleName())
                                            .orElse("lost")
                            : "");
        }
    }

    private void observe(Role role, int watch) {
        copy();
        apply(role, tables.observed(watch, global));
        emit(label(role, "looks at the chain", ""));
    }

    private void published() {
        for (int id : tables.sets.members(global[GlobalState.PUBLISHED])) {
            handOver(id, true);
            if (scenario.may(Fault.CRASH_AFTER_SENDING)) {
                handOver(id, false);
            }
        }
    }

    private void handOver(int id, boolean noted) {
        copy();
        tables.handOver(id, noted, next);
        emit(
                steps.labelled()
                        ? tables.effects.get(id).from()
                                + ": hands over "
                                + ((Effect.Publish) tables.effects.get(id).effect())
                                        .transaction()
                                        .getClass()
                                        .getSimpleName()
                                + (noted ? "" : " and crashes before it notes that")
                        : "");
    }

    /// `refund --lost`: what the account has in the contract and the store does not know.
    private void lostDeposits() {
        for (EscrowTx refund : lost()) {
            copy();
            next[GlobalState.CHAIN] = tables.handedOver(global[GlobalState.CHAIN], refund);
            emit(label(Role.CUSTOMER, "takes a lost deposit back", ""));
        }
    }

    /// From `claimBy` on, unless the machine has found the deposit itself.
    private List<EscrowTx> lost() {
        CustomerState state = tables.machines.customer.state(global[0]);
        boolean unknown =
                (global[GlobalState.FLAGS] & GlobalState.FORGETFUL) != 0
                        && (Backups.early(state) || state instanceof CustomerState.Final);
        return unknown && tables.chain(global).time() >= Parties.CLAIM_BY
                ? tables.refunds(global)
                : List.of();
    }

    /// D-I8, at the horizon: nobody honest has anything left to do, so everybody must be done.
    private void quietEnd(boolean quiet) {
        if (!quiet || tables.chain(global).time() < HORIZON) {
            return;
        }
        CustomerState customer = tables.machines.customer.state(global[0]);
        ProviderState provider = tables.machines.provider.state(global[1]);
        if (scenario.honest(Role.CUSTOMER) && !(customer instanceof CustomerState.Final)) {
            steps.broken("D-I8: the customer never ends: " + customer.getClass().getSimpleName());
        }
        if ((global[GlobalState.FLAGS] & GlobalState.FORGETFUL) != 0
                && tables.facts(global).locked()) {
            steps.broken("D-I11: a deposit that the customer forgot never came back");
        }
        boolean engaged = !(provider instanceof ProviderState.Idle);
        if (scenario.honest(Role.PROVIDER)
                && engaged
                && !Backups.late(scenario, global, tables.chain(global))
                && !(provider instanceof ProviderState.Final)) {
            steps.broken("D-I8: the provider never ends: " + provider.getClass().getSimpleName());
        }
        boolean bothSettled =
                customer instanceof CustomerState.Settled(var _, boolean passed)
                        && passed
                        && provider instanceof ProviderState.Settled;
        if (scenario.may(Fault.NONE_DELAYED) && scenario.dishonest().isEmpty() && !bothSettled) {
            steps.broken("D-I8: all were honest and in time, and the exchange did not settle");
        }
    }

    private void time() {
        ChainState<ModelEscrow, EscrowTx> chain = tables.chain(global);
        if (chain.time() >= HORIZON) {
            return;
        }
        int flags = global[GlobalState.FLAGS];
        if (chain.time() >= Parties.CLAIM_BY) {
            if (owes(Role.CUSTOMER) || owes(Role.PROVIDER)) {
                return;
            }
        } else if (tables.facts(global).workKeyShown() && owes(Role.PROVIDER)) {
            if ((flags & GlobalState.OUTAGES) == 0) {
                return;
            }
            flags -= GlobalState.ONE_OUTAGE;
        }
        int[] blocks = tables.blocks(global);
        for (int i = 0; i < blocks.length; i++) {
            copy();
            next[GlobalState.CHAIN] = blocks[i];
            next[GlobalState.FLAGS] = flags;
            emit(steps.labelled() ? tables.blockLabel(global, i) : "");
        }
    }

    /// An honest party that has a transaction to carry out, or would do something if it looked.
    private boolean owes(Role role) {
        if (!scenario.honest(role)) {
            return false;
        }
        if (role == Role.CUSTOMER && lost().stream().anyMatch(tx -> !tables.waits(global, tx))) {
            return true;
        }
        for (int id : tables.sets.members(global[GlobalState.PUBLISHED])) {
            if (tables.effects.get(id).from() == role) {
                return true;
            }
        }
        for (int id : tables.sets.members(global[GlobalState.ASKED])) {
            NumberedEffects.Asked asked = tables.effects.get(id);
            if (asked.from() == role && asked.effect() instanceof Effect.Watch) {
                copy();
                probing = true;
                apply(role, tables.observed(id, global));
                probing = false;
                if (!Arrays.equals(next, global)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void faults() {
        boolean before = progress;
        int flags = global[GlobalState.FLAGS];
        for (int depth = 1;
                (flags & GlobalState.REORGS) > 0 && depth <= tables.model.finalityBlocks();
                depth++) {
            copy();
            next[GlobalState.CHAIN] = tables.reorg(global[GlobalState.CHAIN], depth);
            if (next[GlobalState.CHAIN] != global[GlobalState.CHAIN]) {
                next[GlobalState.FLAGS] = flags - 1;
                emit(steps.labelled() ? "reorg of " + depth : "");
            }
        }
        if ((flags & GlobalState.FEES_MAY_RISE) != 0) {
            copy();
            next[GlobalState.FLAGS] = flags - GlobalState.FEES_MAY_RISE + GlobalState.FEES_HIGH;
            emit("fees rise");
        }
        if ((flags & GlobalState.FEES_HIGH) != 0) {
            copy();
            next[GlobalState.FLAGS] = flags - GlobalState.FEES_HIGH;
            emit("fees fall");
        }
        for (Role role : Role.values()) {
            if (scenario.honest(role)) {
                faults(role);
            }
        }
        progress = before;
    }

    private void faults(Role role) {
        if (scenario.may(Fault.RESTART)) {
            copy();
            step(role, new Input.Restarted(tables.now(global)));
            emit(label(role, "restarts", ""));
        }
        if (scenario.may(Fault.GIVE_UP)) {
            copy();
            step(role, new Input.GivenUp(tables.now(global)));
            boolean ends = next[role.place()] != global[role.place()];
            if (ends
                    && role == Role.CUSTOMER
                    && (global[GlobalState.FLAGS] & GlobalState.RESTORED) != 0) {
                next[GlobalState.FLAGS] |= GlobalState.FORGETFUL;
            }
            emit(label(role, "gives up", ""));
        }
        if (global[GlobalState.BACKUP] == 0
                && Backups.taken(
                        scenario, role, tables.machines.state(role, global[role.place()]))) {
            copy();
            next[GlobalState.BACKUP] = tables.backup(role, global);
            emit(label(role, "is backed up", ""));
        }
        if (global[GlobalState.BACKUP] > 0 && tables.backup(global).role() == role) {
            Backup backup = tables.backup(global);
            if (Backups.restorable(
                    tables.machines.state(role, backup.state()),
                    tables.machines.state(role, global[role.place()]))) {
                restore(backup);
            }
        }
    }

    /// The store is as it was; what went out stays out. The process then starts again (12); a
    /// stamper sees by its witness that it is behind, and gives up.
    private void restore(Backup backup) {
        Role role = backup.role();
        copy();
        next[GlobalState.BACKUP] = scenario.may(Fault.RESTORE_AGAIN) ? 0 : GlobalState.USED;
        next[role.place()] = backup.state();
        if (parties.mutant.has(Flaw.NONCE_DRAWN)) {
            next[role.place()] =
                    tables.machines.provider.id(new ProviderState.Idle(parties.freshAgain));
        }
        next[GlobalState.PUBLISHED] =
                tables.sets.union(
                        tables.withoutThoseOf(role, global[GlobalState.PUBLISHED]),
                        backup.published());
        next[GlobalState.FLAGS] =
                (global[GlobalState.FLAGS] & ~GlobalState.journal(role)) | backup.journal();
        if (Backups.early(tables.machines.state(role, backup.state()))) {
            next[GlobalState.FLAGS] |= GlobalState.FORGETFUL;
        }
        if (role == Role.CUSTOMER && scenario.may(Fault.GIVE_UP)) {
            next[GlobalState.FLAGS] |= GlobalState.RESTORED;
        }
        boolean witnessed = role == Role.STAMPER && !parties.mutant.has(Flaw.STAMP_KEY_IN_BACKUP);
        Input first =
                witnessed
                        ? new Input.GivenUp(tables.now(global))
                        : new Input.Restarted(tables.now(global));
        step(role, first);
        emit(label(role, "is restored", ""));
    }

    private void copy() {
        System.arraycopy(global, 0, next, 0, GlobalState.WIDTH);
    }

    private void step(Role role, Input input) {
        apply(role, tables.machines.input(input));
    }

    private void apply(Role role, int input) {
        Outcome outcome = tables.machines.step(role, next[role.place()], input);
        next[GlobalState.ASKED] = tables.sets.union(next[GlobalState.ASKED], outcome.asked());
        if (scenario.honest(role)) {
            next[GlobalState.PUBLISHED] =
                    tables.sets.union(next[GlobalState.PUBLISHED], outcome.published());
            tables.say(next, outcome.signed());
            if (parties.mutant.has(Flaw.EFFECTS_FIRST) && outcome.published() != 0 && !probing) {
                emit(label(role, "sends before it stores, and crashes", ""));
            }
        }
        next[role.place()] = outcome.state();
        if (outcome.last()) {
            next[GlobalState.PUBLISHED] = tables.withoutThoseOf(role, next[GlobalState.PUBLISHED]);
        }
    }

    private void emit(String label) {
        if (!Arrays.equals(next, global)) {
            progress = true;
            steps.to(next, label);
        }
    }

    private String label(Role role, String does, Object what) {
        return steps.labelled() ? role + ": " + does + what : "";
    }
}
