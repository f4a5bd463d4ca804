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
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A piece of a node's answer, read with checks: whoever asks for a hash gets 32 bytes or a
/// `LedgerException` that names the field.
public final class RpcResult {
    /// Zeros in front say nothing, and no digit at all is how some nodes write zero.
    private static final Pattern QUANTITY = Pattern.compile("0[xX]0*([0-9a-fA-F]{0,64})");

    /// Twice the digits of 256 bits: zeros in front are no reason to read text without end.
    private static final int MAX_QUANTITY_CHARS = 2 + 128;

    private static final int MAX_BITS = 256;
    private static final int WORD_BYTES = 32;

    private static final Pattern DATA = Pattern.compile("0[xX]([0-9a-fA-F]{2})*");

    private final String what;
    private final JsonNode node;

    RpcResult(String what, JsonNode node) {
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

    public RpcResult field(String name) {
        if (!node.isObject()) {
            throw malformed("an object");
        }
        return new RpcResult(what + "." + name, node.path(name));
    }

    /// The same piece, or nothing if it is null or missing.
    public Optional<RpcResult> optional() {
        return isNull() ? Optional.empty() : Optional.of(this);
    }

    /// The value of something that is only shown: whatever else stands there counts as missing.
    <T> Optional<T> readable(Function<RpcResult, T> reader) {
        try {
            return optional().map(reader);
        } catch (LedgerException e) {
            return Optional.empty();
        }
    }

    public List<RpcResult> list(int maxItems) {
        if (!node.isArray()) {
            throw malformed("a list");
        }
        if (node.size() > maxItems) {
            throw malformed("a list of at most " + maxItems + " items");
        }
        List<RpcResult> items = new ArrayList<>(node.size());
        for (JsonNode item : node) {
            items.add(new RpcResult(what + "[]", item));
        }
        return items;
    }

    /// The values of an object whose names do not matter.
    public List<RpcResult> values(int maxItems) {
        if (!node.isObject()) {
            throw malformed("an object");
        }
        if (node.size() > maxItems) {
            throw malformed("an object of at most " + maxItems + " fields");
        }
        List<RpcResult> items = new ArrayList<>(node.size());
        node.forEach(item -> items.add(new RpcResult(what + ".*", item)));
        return items;
    }

    public String text(int maxChars) {
        if (!node.isTextual() || node.textValue().length() > maxChars) {
            throw malformed("text of at most " + maxChars + " characters");
        }
        return node.textValue();
    }

    /// A quantity of up to 256 bits, in hexadecimal text or as a bare JSON number.
    public BigInteger number() {
        if (node.isIntegralNumber()) {
            BigInteger value = node.bigIntegerValue();
            if (value.signum() >= 0 && value.bitLength() <= MAX_BITS) {
                return value;
            }
        } else if (node.isTextual() && node.textValue().length() <= MAX_QUANTITY_CHARS) {
            Matcher digits = QUANTITY.matcher(node.textValue());
            if (digits.matches()) {
                return digits.group(1).isEmpty()
                        ? BigInteger.ZERO
                        : new BigInteger(digits.group(1), 16);
            }
        }
        throw malformed("a quantity");
    }

    /// A quantity that fits a non-negative long, such as a block number or a timestamp.
    public long quantity() {
        BigInteger value = number();
        if (value.bitLength() > 63) {
            throw malformed("a quantity below 2^63");
        }
        return value.longValue();
    }

    /// A word of storage: some nodes write it as a quantity, without zeros in front.
    public Bytes32 word() {
        if (!node.isTextual()) {
            throw malformed("a word of storage");
        }
        byte[] bytes = number().toByteArray();
        byte[] word = new byte[WORD_BYTES];
        int used = Math.min(bytes.length, word.length);
        System.arraycopy(bytes, bytes.length - used, word, word.length - used, used);
        return Bytes32.of(word);
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
