package io.evenhand.system.fuzz;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Wei;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Random values of records: every case of a sealed interface at least once.
public final class Samples {
    /// The generator G: a key on the curve.
    private static final PublicKey KEY =
            PublicKey.of(
                    HexFormat.of()
                            .parseHex(
                                    "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));

    private final Random random;

    private Samples(long seed) {
        random = new Random(seed);
    }

    /// Encodings of some values of a record class, or of every case of a sealed interface.
    public static <T> Stream<byte[]> encoded(Class<T> type) {
        return of(type).map(value -> Records.encode(type, value));
    }

    public static <T> Stream<T> of(Class<T> type) {
        return records(type)
                .flatMap(record ->
                        IntStream.range(0, 2)
                                .mapToObj(i -> type.cast(new Samples(i).plain(record, 32))));
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(Samples::records)
                : Stream.of(type);
    }

    private Object record(Class<?> type) {
        RecordComponent[] parts = type.getRecordComponents();
        Class<?>[] types = new Class<?>[parts.length];
        Object[] values = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            types[i] = parts[i].getType();
            Limit limit = parts[i].getAnnotation(Limit.class);
            values[i] = value(parts[i].getGenericType(), limit == null ? 32 : limit.value());
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof MalformedException) {
                throw new IllegalStateException(type + " needs a sample of its own", e);
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object value(Type type, int limit) {
        if (type instanceof ParameterizedType generic) {
            Type item = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Optional.class) {
                return random.nextInt(4) == 0 ? Optional.empty() : Optional.of(value(item, limit));
            }
            List<Object> items = new ArrayList<>();
            for (int i = random.nextInt(Math.min(limit, 3) + 1); i > 0; i--) {
                items.add(value(item, limit));
            }
            return items;
        }
        return plain((Class<?>) type, limit);
    }

    private Object plain(Class<?> type, int limit) {
        if (type == long.class || type == Long.class) {
            return (long) random.nextInt(1 << random.nextInt(31));
        } else if (type == int.class || type == Integer.class) {
            return random.nextInt(100);
        } else if (type == boolean.class || type == Boolean.class) {
            return random.nextBoolean();
        } else if (type == byte.class) {
            return (byte) random.nextInt();
        } else if (type == String.class) {
            return "text-" + random.nextInt(100);
        } else if (type == Octets.class) {
            byte[] bytes = new byte[Math.min(limit, random.nextInt(40))];
            random.nextBytes(bytes);
            return new Octets(bytes);
        } else if (type == PublicKey.class) {
            return KEY;
        } else if (type == Wei.class) {
            return new Wei(new BigInteger(random.nextInt(200), random));
        } else if (type == SealHeader.class) {
            return header();
        } else if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        } else if (type.isSealed()) {
            List<Class<?>> cases = records(type).toList();
            return record(cases.get(random.nextInt(cases.size())));
        } else if (type.isRecord()) {
            return fixed(type);
        }
        throw new IllegalStateException("no sample of " + type);
    }

    /// Records of longs are hashes and addresses: all their bits.
    private Object fixed(Class<?> type) {
        RecordComponent[] parts = type.getRecordComponents();
        boolean raw = type.getPackageName().endsWith(".kit.value");
        if (!raw || parts[0].getType() != long.class) {
            return record(type);
        }
        Object[] values = new Object[parts.length];
        Class<?>[] types = new Class<?>[parts.length];
        for (int i = 0; i < parts.length; i++) {
            types[i] = parts[i].getType();
            values[i] = types[i] == long.class ? (Object) random.nextLong() : random.nextInt();
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object header() {
        return new SealHeader(
                (SealLabel) record(SealLabel.class),
                KEY,
                (Bytes32) plain(Bytes32.class, 0),
                SealHeader.CHUNK_SIZE,
                1,
                64,
                (Bytes32) plain(Bytes32.class, 0));
    }
}
