package io.evenhand.simulation.metered;

import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.simulation.search.Interner;
import io.evenhand.simulation.search.LongIntMap;
import java.util.ArrayList;
import java.util.List;

/// What is on its way in one direction, in the order of the stream: queues by their numbers; the
/// empty one is 0.
final class Net {
    static final int EMPTY = 0;

    final Interner<StreamMessage> messages = new Interner<>();
    private final Interner<List<Integer>> queues = new Interner<>();
    private final LongIntMap longer = new LongIntMap();
    private final List<Integer> rests = new ArrayList<>();

    Net() {
        int _ = id(List.of());
    }

    private int id(List<Integer> queue) {
        int id = queues.id(queue);
        if (id == rests.size()) {
            rests.add(EMPTY);
            if (!queue.isEmpty()) {
                rests.set(id, id(List.copyOf(queue.subList(1, queue.size()))));
            }
        }
        return id;
    }

    int with(int queue, StreamMessage message) {
        int said = messages.id(message);
        long key = (long) queue << 32 | said;
        int known = longer.get(key);
        if (known == LongIntMap.NONE) {
            List<Integer> all = new ArrayList<>(queues.value(queue));
            all.add(said);
            known = id(all);
            longer.put(key, known);
        }
        return known;
    }

    /// The number of the oldest message.
    int first(int queue) {
        return queues.value(queue).getFirst();
    }

    int rest(int queue) {
        return rests.get(queue);
    }
}
