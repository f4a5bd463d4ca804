package io.evenhand.kit.codec;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Turns records into canonical CBOR and back.
///
/// A record is the array of its components in order; a sealed interface is the record with its
/// {@link Kind} in front; an enum is its name; an `Optional` is an array of none or one. Fixed-size
/// values are byte strings, an amount is its shortest big-endian bytes. Reading builds the record
/// through its constructor, so its own checks run, and then writes it again: bytes that differ from
/// what came in are refused, so every value has one encoding only.
public final class Records {
    /// Text and byte strings without a {@link Limit}: names and identifiers fit, documents do not.
    static final int DEFAULT_LIMIT = 256;

    private static final ConcurrentHashMap<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    /// The cases of each sealed interface, and the constants of each enum, by name.
    private static final ConcurrentHashMap<Class<?>, Map<String, Class<?>>> FAMILIES =
            new ConcurrentHashMap<>();

    private static final ConcurrentHashMap<Class<?>, Map<String, Object>> CONSTANTS =
            new ConcurrentHashMap<>();

    private Records() {}

    /// @param accessor takes and gives an `Object`
    private record Part(Type type, int limit, MethodHandle accessor) {}

    /// How a record is written and read, bound once.
    ///
    /// @param constructor takes an array of objects and gives an `Object`
    /// @param kind its name in a sealed family, if it has one
    private record Shape(List<Part> parts, MethodHandle constructor, Optional<String> kind) {}

    /// Writes `value` as a record of its own class, without a name in front.
    public static byte[] encode(Record value) {
        CborWriter out = new CborWriter();
        write(out, value.getClass(), value);
        return out.toByteArray();
    }

    /// Writes `value` as one of the cases of the sealed interface `as`.
    public static <T> byte[] encode(Class<T> as, T value) {
        CborWriter out = new CborWriter();
        write(out, as, value);
        return out.toByteArray();
    }

    /// The declared name of a case of a sealed family.
    public static String kind(Object value) {
        return kind(value.getClass());
    }

    /// The same of a record class.
    public static String kind(Class<?> c) {
        return (c.isRecord() ? shape(c).kind : declaredKind(c))
                .orElseThrow(() -> new IllegalArgumentException(c.getName() + " has no @Kind"));
    }

    private static Optional<String> declaredKind(Class<?> c) {
        return Optional.ofNullable(c.getAnnotation(Kind.class)).map(Kind::value);
    }

    /// Reads a `type`: a record class or a sealed interface of records.
    public static <T> T decode(Class<T> type, byte[] bytes) {
        CborReader in = new CborReader(bytes);
        T value = type.cast(read(in, type, DEFAULT_LIMIT));
        in.end();
        CborWriter again = new CborWriter();
        write(again, type, value);
        if (!Arrays.equals(again.toByteArray(), bytes)) {
            throw new MalformedException(type.getSimpleName() + ": not the canonical encoding");
        }
        return value;
    }

    private static void writeRecord(CborWriter out, Record value) {
        Shape shape = shape(value.getClass());
        out.array(shape.parts.size());
        writeParts(out, shape, value);
    }

    private static void writeParts(CborWriter out, Shape shape, Record value) {
        for (Part part : shape.parts) {
            write(out, part.type, call(part.accessor, value));
        }
    }

    private static void write(CborWriter out, Type type, Object value) {
        switch (value) {
            case Long n -> out.integer(n);
            case Integer n -> out.integer(n);
            case Boolean b -> out.bool(b);
            case String s -> {
                // What could not be read back must not be stored.
                CborReader.refuseHidden(s);
                out.text(s);
            }
            case Octets o -> out.bytes(o.toByteArray());
            case Enum<?> e -> out.text(e.name());
            case Bytes32 b -> out.bytes(b.toByteArray());
            case Address a -> out.bytes(a.toByteArray());
            case PublicKey k -> out.bytes(k.toByteArray());
            case Signature s -> out.bytes(s.toByteArray());
            case Nonce16 n -> out.bytes(n.toByteArray());
            case Wei w -> out.bytes(magnitude(w));
            case Optional<?> o -> {
                out.array(o.isPresent() ? 1 : 0);
                o.ifPresent(item -> write(out, argument(type), item));
            }
            case List<?> list -> {
                out.array(list.size());
                list.forEach(item -> write(out, argument(type), item));
            }
            case Record r when type instanceof Class<?> c && c.isInterface() -> {
                Shape shape = shape(r.getClass());
                out.array(shape.parts.size() + 1).text(kind(r));
                writeParts(out, shape, r);
            }
            case Record r -> writeRecord(out, r);
            default -> throw new IllegalArgumentException("no CBOR form for " + value.getClass());
        }
    }

    private static Object read(CborReader in, Type type, int limit) {
        if (type instanceof ParameterizedType generic) {
            return readGeneric(in, generic, limit);
        }
        Class<?> c = (Class<?>) type;
        if (c == long.class || c == Long.class) {
            return in.integer();
        } else if (c == int.class || c == Integer.class) {
            return Math.toIntExact(range(in.integer()));
        } else if (c == boolean.class || c == Boolean.class) {
            return in.bool();
        } else if (c == String.class) {
            return in.text(limit);
        } else if (c == Octets.class) {
            return new Octets(in.bytes(limit));
        } else if (c == Bytes32.class) {
            return Bytes32.of(in.bytes(32));
        } else if (c == Address.class) {
            return Address.of(in.bytes(20));
        } else if (c == PublicKey.class) {
            return PublicKey.of(in.bytes(33));
        } else if (c == Signature.class) {
            return Signature.of(in.bytes(64));
        } else if (c == Nonce16.class) {
            return Nonce16.of(in.bytes(16));
        } else if (c == Wei.class) {
            return new Wei(new BigInteger(1, in.bytes(32)));
        } else if (c.isEnum()) {
            return constant(c, in.text(DEFAULT_LIMIT));
        } else if (c.isRecord()) {
            return readRecord(in, c, in.array(MAX_PARTS));
        } else if (c.isSealed()) {
            return readCase(in, c);
        }
        throw new IllegalArgumentException("no CBOR form for " + c);
    }

    /// More components than any record of ours has.
    private static final int MAX_PARTS = 64;

    private static Object readGeneric(CborReader in, ParameterizedType type, int limit) {
        if (type.getRawType() == Optional.class) {
            return in.array(1) == 0
                    ? Optional.empty()
                    : Optional.of(read(in, argument(type), limit));
        }
        if (type.getRawType() != List.class) {
            return read(in, type.getRawType(), limit);
        }
        int size = in.array(limit);
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            items.add(read(in, argument(type), DEFAULT_LIMIT));
        }
        return List.copyOf(items);
    }

    private static Object readCase(CborReader in, Class<?> sealed) {
        int size = in.array(MAX_PARTS);
        String name = in.text(DEFAULT_LIMIT);
        Class<?> found = FAMILIES.computeIfAbsent(sealed, Records::family).get(name);
        if (found == null) {
            throw new MalformedException(
                    "no " + sealed.getSimpleName() + " is called \"" + name + "\"");
        }
        return readRecord(in, found, size - 1);
    }

    private static Map<String, Class<?>> family(Class<?> sealed) {
        Map<String, Class<?>> cases = new HashMap<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                family(permitted).forEach(cases::putIfAbsent);
            } else {
                cases.putIfAbsent(kind(permitted), permitted);
            }
        }
        return Map.copyOf(cases);
    }

    private static Object readRecord(CborReader in, Class<?> c, int size) {
        Shape shape = shape(c);
        if (size != shape.parts.size()) {
            throw new MalformedException(
                    c.getSimpleName()
                            + ": "
                            + size
                            + " fields where "
                            + shape.parts.size()
                            + " are expected");
        }
        Object[] values = new Object[size];
        for (int i = 0; i < size; i++) {
            Part part = shape.parts.get(i);
            values[i] = read(in, part.type, part.limit);
        }
        try {
            return (Object) shape.constructor.invokeExact(values);
        } catch (RuntimeException e) {
            throw new MalformedException(c.getSimpleName() + ": " + e.getMessage(), e);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static Object constant(Class<?> c, String name) {
        Object constant = CONSTANTS.computeIfAbsent(c, Records::constants).get(name);
        if (constant == null) {
            throw new MalformedException("no " + c.getSimpleName() + " is called \"" + name + "\"");
        }
        return constant;
    }

    private static Map<String, Object> constants(Class<?> c) {
        Map<String, Object> constants = new HashMap<>();
        for (Object constant : c.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
        return Map.copyOf(constants);
    }

    private static long range(long value) {
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw new MalformedException("CBOR: number " + value + " out of range");
        }
        return value;
    }

    private static byte[] magnitude(Wei wei) {
        byte[] bytes = wei.value().toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    private static Object call(MethodHandle accessor, Object target) {
        try {
            return (Object) accessor.invokeExact(target);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /// Records declare no checked exceptions.
    private static IllegalStateException thrown(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }

    private static Shape shape(Class<?> c) {
        Shape known = SHAPES.get(c);
        return known == null ? SHAPES.computeIfAbsent(c, Records::describe) : known;
    }

    private static Shape describe(Class<?> c) {
        RecordComponent[] components = c.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = c.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            List<Part> parts = new ArrayList<>();
            for (RecordComponent component : components) {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                Limit limit = component.getAnnotation(Limit.class);
                parts.add(
                        new Part(
                                component.getGenericType(),
                                limit == null ? DEFAULT_LIMIT : limit.value(),
                                lookup.unreflect(accessor)
                                        .asType(MethodType.genericMethodType(1))));
            }
            return new Shape(
                    List.copyOf(parts),
                    lookup.unreflectConstructor(constructor)
                            .asSpreader(Object[].class, types.length)
                            .asType(MethodType.methodType(Object.class, Object[].class)),
                    declaredKind(c));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
