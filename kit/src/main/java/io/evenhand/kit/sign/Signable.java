package io.evenhand.kit.sign;

import io.evenhand.kit.codec.Records;
import java.util.regex.Pattern;

/// The bytes that are signed or hashed for a statement: `"fx1" ‖ 0 ‖ type ‖ 0 ‖ SHA-256(body)`.
public final class Signable {
    /// Registered types are short lower-case names such as `deleg/stamp`: a zero byte in one would
    /// blur where the type ends.
    private static final Pattern TYPE = Pattern.compile("[a-z0-9]+([/-][a-z0-9]+)*");

    /// Longer than any registered type.
    private static final int MAX_TYPE = 64;

    private static final byte[] VERSION = Hashes.ascii("fx1");
    private static final byte[] SEPARATOR = {0};

    private Signable() {}

    /// The signable bytes of a statement, whose body is the canonical CBOR of its record.
    public static byte[] bytes(Statement statement) {
        return bytes(statement.type(), body(statement));
    }

    /// The signable bytes of a body that is already encoded, as it arrives from a wire or a bundle.
    public static byte[] bytes(String type, byte[] body) {
        if (!validType(type)) {
            throw new IllegalArgumentException("not a statement type: \"" + type + "\"");
        }
        return Hashes.concat(
                VERSION, SEPARATOR, Hashes.ascii(type), SEPARATOR, Hashes.sha256(body));
    }

    /// Whether a name has the form of a statement type.
    public static boolean validType(String type) {
        return type.length() <= MAX_TYPE && TYPE.matcher(type).matches();
    }

    /// The canonical CBOR of a statement.
    public static byte[] body(Statement statement) {
        if (statement instanceof Record body) {
            return Records.encode(body);
        }
        throw new IllegalArgumentException(statement.getClass() + " is not a record");
    }
}
