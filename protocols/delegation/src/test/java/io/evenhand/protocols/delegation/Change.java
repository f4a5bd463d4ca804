package io.evenhand.protocols.delegation;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;

/// Copies of records with one component, however deep, replaced.
final class Change {
    private Change() {}

    /// @param path component names with dots; an `Optional` on the way is looked into
    @SuppressWarnings("unchecked") // the copy has the class of the original
    static <R extends Record> R with(R record, String path, Object value) {
        String[] names = path.split("\\.", 2);
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        boolean found = false;
        for (int i = 0; i < components.length; i++) {
            values[i] = get(record, components[i]);
            if (components[i].getName().equals(names[0])) {
                found = true;
                values[i] = names.length == 1 ? value : deeper(values[i], names[1], value);
            }
        }
        if (!found) {
            throw new AssertionError(record.getClass() + " has no " + names[0]);
        }
        return (R) make(record.getClass(), values);
    }

    private static Object deeper(Object value, String path, Object replacement) {
        if (value instanceof Optional<?> optional) {
            return Optional.of(with((Record) optional.orElseThrow(), path, replacement));
        }
        return with((Record) value, path, replacement);
    }

    static Object get(Record record, String name) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            if (component.getName().equals(name)) {
                return get(record, component);
            }
        }
        throw new AssertionError(record.getClass() + " has no " + name);
    }

    static Object get(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Object make(Class<?> type, Object[] values) {
        Class<?>[] types =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
