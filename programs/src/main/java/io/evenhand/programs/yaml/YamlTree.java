package io.evenhand.programs.yaml;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.text.Spelling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// YAML of a few lines as a tree: one document, no name twice, no alias, few levels.
///
/// An alias would be read as the text of its name, and a second document would not be read at all:
/// both are refused. What is wrong is told by its line alone, as a configuration may hold a key.
public final class YamlTree {
    /// Every file of ours has a few lines.
    public static final int MAX_BYTES = 1 << 16;

    /// Ours have three levels.
    private static final int MAX_DEPTH = 8;

    /// Without a mapper, which takes long to make and has its own way to read a number.
    private static final YAMLFactory YAML =
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// A name that cannot be somebody's secret.
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,39}");

    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'.*");

    private YamlTree() {}

    /// The document; nothing but comments and blanks gives a missing node.
    ///
    /// @throws MalformedException with one line that says what is wrong and where
    public static JsonNode parse(byte[] text) {
        if (text.length > MAX_BYTES) {
            throw new MalformedException("more than " + MAX_BYTES + " bytes");
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
            return document(decoded);
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8 text", e);
        } catch (JacksonException e) {
            throw new MalformedException("not YAML: " + why(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode document(String text) throws IOException {
        try (YAMLParser parser = YAML.createParser(text)) {
            JsonToken first = next(parser);
            if (first == null) {
                return MissingNode.getInstance();
            }
            JsonNode root = node(parser, first, MAX_DEPTH);
            if (next(parser) != null) {
                throw new MalformedException(
                        line(parser) + "a second document begins; one file is one");
            }
            return root;
        }
    }

    /// @param levels how many more there may be
    private static JsonNode node(YAMLParser parser, JsonToken token, int levels)
            throws IOException {
        if (token.isStructStart() && levels == 0) {
            throw new MalformedException(line(parser) + "more than " + MAX_DEPTH + " levels");
        }
        return switch (token) {
            case START_OBJECT -> mapping(parser, levels - 1);
            case START_ARRAY -> list(parser, levels - 1);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> whole(parser);
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new MalformedException(line(parser) + "not a value that is known");
        };
    }

    private static JsonNode mapping(YAMLParser parser, int levels) throws IOException {
        ObjectNode mapping = NODES.objectNode();
        while (next(parser) == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            mapping.set(name, node(parser, next(parser), levels));
        }
        return mapping;
    }

    private static JsonNode list(YAMLParser parser, int levels) throws IOException {
        ArrayNode list = NODES.arrayNode();
        for (JsonToken t = next(parser); t != JsonToken.END_ARRAY; t = next(parser)) {
            list.add(node(parser, t, levels));
        }
        return list;
    }

    private static JsonNode whole(YAMLParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            default -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    private static JsonToken next(YAMLParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (parser.isCurrentAlias()) {
            throw new MalformedException(line(parser) + "no aliases (*); write the value out");
        }
        return token;
    }

    private static String line(YAMLParser parser) {
        return "line " + parser.currentTokenLocation().getLineNr() + ": ";
    }

    private static String why(JacksonException e) {
        String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
        String message = String.valueOf(e.getOriginalMessage());
        Matcher twice = DUPLICATE.matcher(message);
        if (twice.lookingAt()) {
            return line + shown(twice.group(1)) + " stands there twice";
        }
        return line + "check quotes, brackets and the indentation, which is of spaces only";
    }

    /// A key that nobody knows, unless it might be a secret in the wrong place.
    private static String shown(String key) {
        return NAME.matcher(key).matches() ? "\"" + key + "\"" : "a key";
    }

    /// A misspelt key must not be taken for a missing one.
    ///
    /// @param what the mapping, for the message
    public static void onlyKeys(JsonNode mapping, String what, Set<String> known) {
        Set<String> extra = new TreeSet<>();
        mapping.fieldNames().forEachRemaining(extra::add);
        extra.removeAll(known);
        if (!extra.isEmpty()) {
            String key = extra.iterator().next();
            throw new MalformedException(
                    what
                            + " does not know "
                            + shown(key)
                            + ", only "
                            + new TreeSet<>(known)
                            + Spelling.hint(key, known));
        }
    }
}
