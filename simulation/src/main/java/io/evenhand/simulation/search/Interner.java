package io.evenhand.simulation.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Gives every distinct value one small number, counted from 0, and takes numbers back to values.
public final class Interner<T> {
    private final Map<T, Integer> ids = new HashMap<>();
    private final List<T> values = new ArrayList<>();

    public int id(T value) {
        Integer known = ids.putIfAbsent(value, values.size());
        if (known != null) {
            return known;
        }
        values.add(value);
        return values.size() - 1;
    }

    public T value(int id) {
        return values.get(id);
    }

    public int size() {
        return values.size();
    }
}
