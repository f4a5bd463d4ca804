package io.evenhand.programs.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.enclave.policy.Accuracy;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.policy.Size;
import io.evenhand.enclave.policy.Wasm;
import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.text.Spelling;
import io.evenhand.programs.yaml.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

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
    /// Reads and checks a policy file; its hidden file is not opened.
    ///
    /// @throws MalformedException with one line that names the file and the way out
    public static PolicyFile read(Path file) throws IOException {
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(YamlTree.MAX_BYTES + 1);
        }
        try {
            return parse(text, file.toAbsolutePath());
        } catch (MalformedException e) {
            throw new MalformedException(file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    private static PolicyFile parse(byte[] text, Path file) throws IOException {
        JsonNode root = YamlTree.parse(text);
        if (!root.isObject()) {
            throw new MalformedException("a policy file is a list of `key: value` lines");
        }
        String policy = text(root, "policy");
        return switch (policy) {
            case "accuracy" -> {
                YamlTree.onlyKeys(root, policy, Set.of("policy", "atLeast", "hidden"));
                Path hidden = beside(file, root, "hidden");
                yield new PolicyFile(Accuracy.of(number(root, "atLeast")), Optional.of(hidden));
            }
            case "size" -> {
                YamlTree.onlyKeys(root, policy, Set.of("policy", "atLeast", "atMost"));
                yield new PolicyFile(
                        Size.of(number(root, "atLeast"), number(root, "atMost")), Optional.empty());
            }
            case "wasm" -> {
                YamlTree.onlyKeys(root, policy, Set.of("policy", "module", "fuel", "hidden"));
                Path module = beside(file, root, "module");
                yield wasm(Wasm.of(number(root, "fuel"), bytes(module)), root, file);
            }
            default ->
                    throw new MalformedException(
                            "policy must be accuracy, size or wasm"
                                    + Spelling.hint(policy, PolicySpec.NAMES));
        };
    }

    private static PolicyFile wasm(Wasm spec, JsonNode root, Path file) {
        if (spec.needsHidden() == root.has("hidden")) {
            return new PolicyFile(
                    spec,
                    spec.needsHidden()
                            ? Optional.of(beside(file, root, "hidden"))
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

    /// A file that the policy names, in its own folder unless absolute.
    private static Path beside(Path file, JsonNode root, String key) {
        String name = text(root, key);
        if (name.indexOf('\0') >= 0) {
            throw new MalformedException("`" + key + ":` is no name of a file");
        }
        return file.resolveSibling(name);
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
