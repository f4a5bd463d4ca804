package io.evenhand.programs.yaml;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.evenhand.kit.codec.MalformedException;
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

    private static final YAMLMapper YAML =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

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
            check(decoded);
            JsonNode root = YAML.readTree(decoded);
            return root == null ? MissingNode.getInstance() : root;
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8 text", e);
        } catch (JacksonException e) {
            throw new MalformedException("not YAML: " + why(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(String text) throws IOException {
        try (YAMLParser parser = YAML.getFactory().createParser(text)) {
            int depth = 0;
            for (JsonToken t = parser.nextToken(); t != null; t = parser.nextToken()) {
                depth += t.isStructStart() ? 1 : t.isStructEnd() ? -1 : 0;
                String line = "line " + parser.currentTokenLocation().getLineNr();
                if (depth > MAX_DEPTH) {
                    throw new MalformedException(line + ": more than " + MAX_DEPTH + " levels");
                }
                if (parser.isCurrentAlias()) {
                    throw new MalformedException(line + ": no aliases (*); write the value out");
                }
            }
        }
    }

    private static String why(JacksonException e) {
        String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
        String message = String.valueOf(e.getOriginalMessage());
        Matcher twice = DUPLICATE.matcher(message);
        if (twice.lookingAt()) {
            return line + shown(twice.group(1)) + " stands there twice";
        }
        if (message.startsWith("Trailing token")) {
            return line + "a second document begins; one file is one";
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
            throw new MalformedException(
                    what
                            + " does not know "
                            + shown(extra.iterator().next())
                            + ", only "
                            + new TreeSet<>(known));
        }
    }
}
