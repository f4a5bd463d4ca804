package io.evenhand.simulation.metered;

import io.evenhand.simulation.search.FirstStep;
import io.evenhand.simulation.search.Game;
import java.util.Arrays;

/// Where a scenario stands while its steps are found: the numbers of a global state, what they
/// stand for, and the state that is being made from it.
abstract class GamePosition implements Game {
    static final int REQUESTER = 0;
    static final int NODE = 1;
    static final int CHAIN = 2;
    static final int FACTS = 3;
    static final int FLAGS = 4;
    static final int TO_NODE = 5;
    static final int TO_REQUESTER = 6;
    static final int BACKUP = 7;
    static final int WIDTH = 8;

    /// Three bits each: reorgs left, cuts and crashes left.
    static final int REORGS = 7;

    static final int FAULTY = 7 << 3;
    static final int ONE_FAULT = 1 << 3;
    static final int TOPPED_UP = 1 << 6;
    static final int RESTORED_REQUESTER = 1 << 7;

    /// The node has not heard of the newest connection: what it says is lost.
    static final int DETACHED = 1 << 8;

    static final int USED = -1;

    final Parties parties;
    final Scenario scenario;
    final Tables tables;
    final Invariants invariants;
    final int[] next = new int[WIDTH];
    int[] global = new int[WIDTH];
    Steps steps;
    boolean progress;

    GamePosition(Mutant mutant) {
        parties = new Parties(mutant);
        scenario = parties.scenario;
        tables = new Tables(parties);
        invariants = new Invariants(tables);
        steps = new FirstStep();
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public String broken(int[] w) {
        return invariants.broken(w);
    }

    Host host() {
        return tables.host.state(global[NODE]);
    }

    Requester requesterState() {
        return tables.requester.state(global[REQUESTER]);
    }

    int time() {
        return tables.time(global[CHAIN]);
    }

    void copy() {
        System.arraycopy(global, 0, next, 0, WIDTH);
    }

    void emit(String label) {
        if (!Arrays.equals(next, global)) {
            progress = true;
            steps.to(next, label);
        }
    }

    String label(String does, Object what) {
        return steps.labelled() ? does + Labels.of(what) : "";
    }
}
