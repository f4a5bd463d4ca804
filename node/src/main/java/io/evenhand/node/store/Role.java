package io.evenhand.node.store;

import io.evenhand.kit.codec.MalformedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a node is in one exchange: a part in a protocol.
///
/// @param protocol such as `delegation`
/// @param part such as `customer`
public record Role(String protocol, String part) {
    private static final Pattern WORD = Pattern.compile("[a-z]{1,16}");
    private static final Pattern ID = Pattern.compile("([a-z]{1,16})/([a-z]{1,16})");

    public Role {
        if (!WORD.matcher(protocol).matches() || !WORD.matcher(part).matches()) {
            throw new MalformedException("a role is two words of a-z, at most 16 letters each");
        }
    }

    /// The part, for people.
    public String text() {
        return part;
    }

    /// In the journal, such as `delegation/customer`.
    public String id() {
        return protocol + "/" + part;
    }

    public static Role of(String id) {
        Matcher words = ID.matcher(id);
        if (!words.matches()) {
            throw new MalformedException("not a role: a protocol, a slash and a part");
        }
        return new Role(words.group(1), words.group(2));
    }
}
