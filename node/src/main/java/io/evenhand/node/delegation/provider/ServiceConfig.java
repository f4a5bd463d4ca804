package io.evenhand.node.delegation.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.PlainText;
import io.evenhand.kit.text.Spelling;
import io.evenhand.kit.value.Wei;
import io.evenhand.node.Capacity;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.programs.yaml.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a provider's YAML file describes: one service, its price and its limits.
///
/// ```yaml
/// name: digits
/// about: labels 8x8 handwritten digits
/// price: 0.01 eth
/// command: ["java", "Classify.java", "{input}", "{output}"]
/// limits: { inputBytes: 67108864, workBytes: 1073741824, seconds: 600, attempts: 5 }
/// usualSeconds: 30
/// policies: [accuracy]
/// capacity: { exchangesPerCustomer: 8, bytesPerSecond: 10000000 }
/// ```
///
/// `usualSeconds:` may be left out, and so may `capacity:` and each of its keys: see {@link
/// Capacity}.
///
/// @param command program and arguments, run without a shell
/// @param usualSeconds how long one order usually takes, by the provider's word; 0 if it says none
/// @param policies names of the policies the provider lets its work be checked by
public record ServiceConfig(
        String name,
        String about,
        Wei price,
        List<String> command,
        Limits limits,
        long usualSeconds,
        List<String> policies,
        Capacity capacity) {
    /// @param seconds longest run of the command
    /// @param attempts how often the provider works on one order
    public record Limits(long inputBytes, long workBytes, long seconds, int attempts) {}

    /// More words or policies than any service needs.
    private static final int MAX_WORDS = 64;

    /// Bytes of a text, which goes into the service card.
    private static final int MAX_TEXT = ServiceCard.MAX_ABOUT;

    /// 2^24 chunks of a MiB, the most one seal holds.
    static final long MAX_WORK = 1L << 44;

    /// Its keys; `docs/reference/service-file.md` tells what they are.
    public static final Set<String> KEYS =
            Set.of(
                    "name",
                    "about",
                    "price",
                    "command",
                    "limits",
                    "usualSeconds",
                    "policies",
                    "capacity");

    private static final List<String> PLACES = List.of(ServiceCommand.INPUT, ServiceCommand.OUTPUT);

    /// Those of `limits:`.
    public static final Set<String> LIMITS =
            Set.of("inputBytes", "workBytes", "seconds", "attempts");

    public ServiceConfig {
        command = List.copyOf(command);
        policies = List.copyOf(policies);
    }

    /// Reads a service file.
    ///
    /// @throws MalformedException with one line that names the file and what is wrong in it
    public static ServiceConfig read(Path file) throws IOException {
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(YamlTree.MAX_BYTES + 1);
        }
        try {
            return parse(text);
        } catch (MalformedException e) {
            throw new MalformedException(file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    public static ServiceConfig parse(byte[] text) {
        JsonNode root = YamlTree.parse(text);
        if (!root.isObject()) {
            throw new MalformedException("a service file is a list of `key: value` lines");
        }
        YamlTree.onlyKeys(root, "a service", KEYS);
        JsonNode limits = root.path("limits");
        if (!limits.isObject()) {
            throw new MalformedException("`limits:` is missing; it needs " + new TreeSet<>(LIMITS));
        }
        YamlTree.onlyKeys(limits, "limits", LIMITS);
        String name = text(root, "name");
        if (!ServiceCard.isName(name)) {
            throw new MalformedException("`name:` is one word of a-z, 0-9 and -, like digits");
        }
        Limits most =
                new Limits(
                        Capacity.number(limits, "inputBytes", 0, MAX_WORK),
                        Capacity.number(limits, "workBytes", 1, MAX_WORK),
                        Capacity.number(limits, "seconds", 1, ServiceCard.MAX_SECONDS),
                        (int) Capacity.number(limits, "attempts", 1, ServiceCard.MAX_ATTEMPTS));
        return new ServiceConfig(
                name,
                text(root, "about"),
                price(root),
                command(root),
                most,
                root.has("usualSeconds")
                        ? Capacity.number(root, "usualSeconds", 1, most.seconds())
                        : 0,
                policies(root),
                Capacity.read(root.path("capacity")));
    }

    private static Wei price(JsonNode root) {
        // Without its unit it is a number, and is told what is missing.
        JsonNode value = root.path("price");
        String text = value.isNumber() ? value.asText() : text(root, "price");
        Wei price;
        try {
            price = Wei.parse(text);
        } catch (MalformedException e) {
            throw new MalformedException("`price:` " + e.getMessage(), e);
        }
        if (price.equals(Wei.ZERO)) {
            throw new MalformedException(
                    "`price:` is above 0: no key is shown for a wage that does not pay the gas of"
                            + " its claim");
        }
        return price;
    }

    private static String text(JsonNode node, String key) {
        JsonNode value = node.path(key);
        String text = value.isTextual() ? value.textValue().strip() : "";
        boolean tooLong = text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT;
        if (text.isEmpty() || tooLong || text.codePoints().anyMatch(PlainText::isHidden)) {
            throw new MalformedException(
                    "`"
                            + key
                            + ":` is missing or not a text of one line with 1 to "
                            + MAX_TEXT
                            + " plain characters");
        }
        return text;
    }

    private static List<String> command(JsonNode root) {
        if (root.path("command").isTextual()) {
            throw new MalformedException(
                    "`command:` is a list, as no shell reads it: [\"program\", \"{input}\","
                            + " \"{output}\"]");
        }
        List<String> words = words(root, "command");
        if (words.getFirst().isBlank() || PLACES.stream().anyMatch(words.getFirst()::contains)) {
            throw new MalformedException("`command:` begins with the name of a program");
        }
        for (String place : PLACES) {
            if (words.contains("'" + place + "'") || words.contains("\"" + place + "\"")) {
                throw new MalformedException(
                        "`command:` has quotes around "
                                + place
                                + ": no shell takes them away, so leave them out");
            }
            if (words.stream().noneMatch(word -> word.contains(place))) {
                throw new MalformedException(
                        "`command:` has no "
                                + place
                                + ": the program is told its files in place of {input} and"
                                + " {output}");
            }
        }
        return words;
    }

    private static List<String> policies(JsonNode root) {
        List<String> names = words(root, "policies");
        if (!PolicySpec.NAMES.containsAll(names) || Set.copyOf(names).size() != names.size()) {
            String hint =
                    names.stream()
                            .filter(name -> !PolicySpec.NAMES.contains(name))
                            .map(name -> Spelling.hint(name, PolicySpec.NAMES))
                            .findFirst()
                            .orElse("");
            throw new MalformedException(
                    "`policies:` names some of " + PolicySpec.NAMES + ", each once" + hint);
        }
        return names;
    }

    private static List<String> words(JsonNode node, String key) {
        JsonNode list = node.path(key);
        if (!list.isArray() || list.isEmpty() || list.size() > MAX_WORDS) {
            throw new MalformedException(
                    "`" + key + ":` is a list of 1 to " + MAX_WORDS + " texts");
        }
        List<String> words = new ArrayList<>();
        for (JsonNode word : list) {
            if (!word.isTextual()) {
                throw new MalformedException("`" + key + ":` is a list of texts only");
            }
            if (word.textValue().indexOf('\0') >= 0) {
                throw new MalformedException("`" + key + ":` holds a NUL character");
            }
            words.add(word.textValue());
        }
        return words;
    }
}
