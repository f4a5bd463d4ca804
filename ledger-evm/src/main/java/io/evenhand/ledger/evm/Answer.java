package io.evenhand.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A piece of a node's answer, read with checks: whoever asks for a hash gets 32 bytes or a
/// `LedgerException` that names the field.
public final class Answer {
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,64}");
    private static final Pattern DATA = Pattern.compile("0x([0-9a-fA-F]{2})*");

    private final String what;
    private final JsonNode node;

    Answer(String what, JsonNode node) {
        this.what = what;
        this.node = node;
    }

    /// True for JSON null and for a field that is not there.
    public boolean isNull() {
        return node.isNull() || node.isMissingNode();
    }

    public boolean isText() {
        return node.isTextual();
    }

    public boolean isObject() {
        return node.isObject();
    }

    public Answer field(String name) {
        if (!node.isObject()) {
            throw malformed("an object");
        }
        return new Answer(what + "." + name, node.path(name));
    }

    /// The same piece, or nothing if it is null or missing.
    public Optional<Answer> optional() {
        return isNull() ? Optional.empty() : Optional.of(this);
    }

    public List<Answer> list(int maxItems) {
        if (!node.isArray()) {
            throw malformed("a list");
        }
        if (node.size() > maxItems) {
            throw malformed("a list of at most " + maxItems + " items");
        }
        List<Answer> items = new ArrayList<>(node.size());
        for (JsonNode item : node) {
            items.add(new Answer(what + "[]", item));
        }
        return items;
    }

    /// The values of an object whose names do not matter.
    public List<Answer> values(int maxItems) {
        if (!node.isObject()) {
            throw malformed("an object");
        }
        if (node.size() > maxItems) {
            throw malformed("an object of at most " + maxItems + " fields");
        }
        List<Answer> items = new ArrayList<>(node.size());
        node.forEach(item -> items.add(new Answer(what + ".*", item)));
        return items;
    }

    public String text(int maxChars) {
        if (!node.isTextual() || node.textValue().length() > maxChars) {
            throw malformed("text of at most " + maxChars + " characters");
        }
        return node.textValue();
    }

    /// A quantity of up to 256 bits.
    public BigInteger number() {
        if (!node.isTextual() || !QUANTITY.matcher(node.textValue()).matches()) {
            throw malformed("a quantity");
        }
        return new BigInteger(node.textValue().substring(2), 16);
    }

    /// A quantity that fits a non-negative long, such as a block number or a timestamp.
    public long quantity() {
        BigInteger value = number();
        if (value.bitLength() > 63) {
            throw malformed("a quantity below 2^63");
        }
        return value.longValue();
    }

    public Bytes32 hash() {
        return Bytes32.of(data(32, 32));
    }

    public Address address() {
        return Address.of(data(20, 20));
    }

    public byte[] data(int maxBytes) {
        return data(0, maxBytes);
    }

    private byte[] data(int minBytes, int maxBytes) {
        if (!node.isTextual() || (node.textValue().length() - 2) / 2 > maxBytes) {
            throw malformed("hex data of at most " + maxBytes + " bytes");
        }
        String text = node.textValue();
        if (!DATA.matcher(text).matches() || (text.length() - 2) / 2 < minBytes) {
            throw malformed("hex data of " + minBytes + " to " + maxBytes + " bytes");
        }
        return Hex.parse(text);
    }

    private LedgerException malformed(String expected) {
        String found =
                switch (node.getNodeType()) {
                    case STRING -> "text of " + node.textValue().length() + " characters";
                    case ARRAY -> "a list of " + node.size() + " items";
                    case BINARY, BOOLEAN, MISSING, NULL, NUMBER, OBJECT, POJO ->
                            node.getNodeType().name().toLowerCase(Locale.ROOT);
                };
        return LedgerException.malformed(what + ": " + expected + " expected, got " + found);
    }
}
