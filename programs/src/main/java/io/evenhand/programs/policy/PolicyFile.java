package io.evenhand.programs.policy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.programs.sandbox.GuestLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The customer's policy file: YAML for people, from which the canonical text is made.
///
/// ```yaml
/// policy: accuracy
/// atLeast: 0.95
/// hidden: hidden.csv
/// ```
///
/// Or, with a module of one's own (see {@link Wasm}):
///
/// ```yaml
/// policy: wasm
/// module: sorted.wasm
/// fuel: 10000000000
/// ```
///
/// @param hidden the file of hidden data, relative to the policy file's folder unless absolute
public record PolicyFile(PolicySpec spec, Optional<Path> hidden) {
    /// A policy is a few lines.
    static final int MAX_BYTES = 1 << 16;

    private static final YAMLMapper YAML =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    /// Reads and checks a policy file; its hidden file is not opened.
    ///
    /// @throws MalformedException with one line that names the file and the way out
    public static PolicyFile read(Path file) throws IOException {
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(MAX_BYTES + 1);
        }
        try {
            return parse(text, file.toAbsolutePath());
        } catch (MalformedException e) {
            throw new MalformedException(file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    private static PolicyFile parse(byte[] text, Path file) throws IOException {
        if (text.length > MAX_BYTES) {
            throw new MalformedException("a policy file has at most " + MAX_BYTES + " bytes");
        }
        JsonNode root = tree(text);
        String policy = text(root, "policy");
        return switch (policy) {
            case "accuracy" -> {
                checkKeys(root, policy, Set.of("policy", "atLeast", "hidden"));
                Path hidden = file.resolveSibling(text(root, "hidden"));
                yield new PolicyFile(Accuracy.of(number(root, "atLeast")), Optional.of(hidden));
            }
            case "size" -> {
                checkKeys(root, policy, Set.of("policy", "atLeast", "atMost"));
                yield new PolicyFile(
                        Size.of(number(root, "atLeast"), number(root, "atMost")), Optional.empty());
            }
            case "wasm" -> {
                checkKeys(root, policy, Set.of("policy", "module", "fuel", "hidden"));
                Path module = file.resolveSibling(text(root, "module"));
                yield wasm(Wasm.of(number(root, "fuel"), bytes(module)), root, file);
            }
            default -> throw new MalformedException("policy must be accuracy, size or wasm");
        };
    }

    private static PolicyFile wasm(Wasm spec, JsonNode root, Path file) {
        if (spec.needsHidden() == root.has("hidden")) {
            return new PolicyFile(
                    spec,
                    spec.needsHidden()
                            ? Optional.of(file.resolveSibling(text(root, "hidden")))
                            : Optional.empty());
        }
        throw new MalformedException(
                spec.needsHidden()
                        ? "the module reads hidden data: name their file as `hidden:`"
                        : "the module imports no read_hidden: leave `hidden:` out");
    }

    private static byte[] bytes(Path module) throws IOException {
        if (!Files.isRegularFile(module)) {
            throw new MalformedException("the module " + module + " is no file");
        }
        try (InputStream in = Files.newInputStream(module)) {
            return in.readNBytes(GuestLimits.MAX_MODULE + 1);
        }
    }

    private static JsonNode tree(byte[] text) throws IOException {
        try {
            JsonNode root =
                    YAML.readTree(
                            StandardCharsets.UTF_8
                                    .newDecoder()
                                    .decode(ByteBuffer.wrap(text))
                                    .toString());
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (CharacterCodingException e) {
            throw new MalformedException("not UTF-8 text", e);
        } catch (JacksonException e) {
            throw new MalformedException("not YAML: " + firstLine(e.getOriginalMessage()), e);
        }
        throw new MalformedException("a policy file is a list of `key: value` lines");
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("cannot be read");
    }

    private static void checkKeys(JsonNode root, String policy, Set<String> known) {
        Set<String> extra = new TreeSet<>();
        root.fieldNames().forEachRemaining(extra::add);
        extra.removeAll(known);
        if (!extra.isEmpty()) {
            throw new MalformedException(
                    policy + " does not know " + extra + ", only " + new TreeSet<>(known));
        }
    }

    private static String text(JsonNode root, String key) {
        JsonNode node = root.path(key);
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw new MalformedException("`" + key + ":` is missing or not a text");
        }
        return node.textValue();
    }

    private static String number(JsonNode root, String key) {
        JsonNode node = root.path(key);
        if (!node.isNumber()) {
            throw new MalformedException("`" + key + ":` is missing or not a number");
        }
        return node.asText();
    }
}
