package io.evenhand.node.metered;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/// Inputs of one machine, one after the other: whoever brings one while none is being taken takes
/// it, and all that come meanwhile. So nobody waits, and no input is taken inside of another one.
final class Mailbox<I> {
    private final Consumer<I> taker;
    private final Queue<I> waiting = new ArrayDeque<>();
    private boolean busy;

    Mailbox(Consumer<I> taker) {
        this.taker = taker;
    }

    void put(I input) {
        synchronized (this) {
            waiting.add(input);
            if (busy) {
                return;
            }
            busy = true;
        }
        while (true) {
            I next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    busy = false;
                    return;
                }
            }
            boolean taken = false;
            try {
                taker.accept(next);
                taken = true;
            } finally {
                if (!taken) {
                    synchronized (this) {
                        busy = false;
                    }
                }
            }
        }
    }
}
