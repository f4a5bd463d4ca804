package io.evenhand.simulation.delegation;

import io.evenhand.kit.seal.SealHeader;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.simulation.search.Interner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every effect that any role ever asked for, named by a number.
final class NumberedEffects {
    /// @param from who asked for it
    record Asked(Role from, Effect effect) {}

    private final Interner<Asked> table = new Interner<>();
    private final Map<SealHeader, List<Integer>> deliveries = new HashMap<>();
    private final List<Integer> inputsSent = new ArrayList<>();

    int id(Role from, Effect effect) {
        int before = table.size();
        int id = table.id(new Asked(from, effect));
        if (table.size() > before) {
            remember(id, effect);
        }
        return id;
    }

    Asked get(int id) {
        return table.value(id);
    }

    int size() {
        return table.size();
    }

    private void remember(int id, Effect effect) {
        if (effect instanceof Effect.Send(var _, Message.Deliver deliver)) {
            deliveries.computeIfAbsent(deliver.header(), _ -> new ArrayList<>()).add(id);
        }
        if (effect instanceof Effect.Run(io.evenhand.protocols.delegation.Job.SendInput _)) {
            inputsSent.add(id);
        }
    }

    /// The effects that offer the chunks of this seal.
    List<Integer> deliveries(SealHeader header) {
        return deliveries.getOrDefault(header, List.of());
    }

    /// The effects that send the input.
    List<Integer> inputsSent() {
        return inputsSent;
    }
}
