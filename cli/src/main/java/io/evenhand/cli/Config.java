package io.evenhand.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.sign.Eip55;
import io.evenhand.kit.text.Spelling;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.programs.yaml.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a user decided once, in `config.yaml`. The file may hold a URL with a key in it, so it is
/// for its owner only and is never shown.
///
/// @param retention how long large files of exchanges that are over stay before `evidence prune`
///   removes them
public record Config(Optional<Chain> chain, Duration retention) {
    /// Longer than anybody waits with a complaint.
    public static final Duration RETENTION = Duration.ofDays(90);

    /// Its keys; `docs/reference/configuration.md` tells what they are.
    public static final Set<String> KEYS = Set.of("chain", "retention");

    /// Those of `chain:`.
    public static final Set<String> CHAIN =
            Set.of("endpoints", "id", "contract", "meter", "pace", "finality");

    /// Two nodes that agree are enough (16e).
    private static final int MAX_ENDPOINTS = 2;

    /// The chain the wages sit on.
    ///
    /// @param endpoints JSON-RPC nodes, http or ws; with two that must agree, one lying node cannot
    ///   fake finality (decisions 16e)
    /// @param id the chain's id, as the endpoint said when it was configured
    /// @param contract the escrow, once there is one
    /// @param meter the meter, once there is one
    /// @param finality blocks that make another one final, on a chain that does not say so itself
    public record Chain(
            List<String> endpoints,
            long id,
            Optional<Address> contract,
            Optional<Address> meter,
            Pace pace,
            Optional<Integer> finality) {
        public Chain(List<String> endpoints, long id, Optional<Address> contract, Pace pace) {
            this(endpoints, id, contract, pace, Optional.empty());
        }

        public Chain(
                List<String> endpoints,
                long id,
                Optional<Address> contract,
                Pace pace,
                Optional<Integer> finality) {
            this(endpoints, id, contract, Optional.empty(), pace, finality);
        }

        public Chain with(Address escrow) {
            return new Chain(endpoints, id, Optional.of(escrow), meter, pace, finality);
        }

        public Chain withMeter(Address counter) {
            return new Chain(endpoints, id, contract, Optional.of(counter), pace, finality);
        }

        public FinalityPolicy finalityPolicy() {
            return finality.map(FinalityPolicy::depth).orElseGet(pace::finality);
        }
    }

    /// How fast a chain is: the margins that follow from it, and when a block is final.
    public enum Pace {
        /// A public Ethereum chain.
        ETHEREUM,
        /// A chain of one's own on one machine, with blocks of about a second.
        LOCAL;

        /// Ids that development chains use by default (anvil, hardhat, ganache, geth --dev).
        private static final Set<Long> LOCAL_IDS = Set.of(31_337L, 1_337L);

        /// Confirmations on a private chain, on which only tests cause reorgs.
        private static final int LOCAL_DEPTH = 3;

        public static Pace of(long chainId) {
            return LOCAL_IDS.contains(chainId) ? LOCAL : ETHEREUM;
        }

        public Timing timing() {
            return switch (this) {
                case ETHEREUM -> Timing.ETHEREUM;
                case LOCAL -> Timing.LOCAL;
            };
        }

        public FinalityPolicy finality() {
            return switch (this) {
                case ETHEREUM -> FinalityPolicy.tag();
                case LOCAL -> FinalityPolicy.depth(LOCAL_DEPTH);
            };
        }

        /// Pause between two looks at the chain: a fraction of the time between blocks.
        public Duration poll() {
            return switch (this) {
                case ETHEREUM -> Duration.ofSeconds(4);
                case LOCAL -> Duration.ofMillis(250);
            };
        }
    }

    public Config(Optional<Chain> chain) {
        this(chain, RETENTION);
    }

    public Config with(Chain other) {
        return new Config(Optional.of(other), retention);
    }

    static Config load(Path file) {
        if (!Files.exists(file)) {
            throw new CliException(
                    ExitCode.STORAGE,
                    file
                            + " does not exist: run \"evenhand init\" first, or name the directory"
                            + " with --home");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return parse(file, in.readNBytes(YamlTree.MAX_BYTES + 1));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.STORAGE, file + " cannot be read (" + Failures.why(e) + ")", e);
        }
    }

    static Config parse(Path file, byte[] text) {
        try {
            JsonNode root = YamlTree.parse(text);
            only(root, KEYS, "the configuration");
            JsonNode chain = root.path("chain");
            return new Config(
                    chain.isMissingNode() || chain.isNull()
                            ? Optional.empty()
                            : Optional.of(chain(chain)),
                    root.hasNonNull("retention")
                            ? retention(root.get("retention").asText())
                            : RETENTION);
        } catch (MalformedException e) {
            throw new CliException(ExitCode.STORAGE, file + ": " + e.getMessage(), e);
        }
    }

    private static Duration retention(String text) {
        try {
            return Units.duration(text);
        } catch (MalformedException e) {
            throw new MalformedException("retention: " + e.getMessage(), e);
        }
    }

    private static Chain chain(JsonNode node) {
        only(node, CHAIN, "chain");
        JsonNode id = node.path("id");
        if (!id.isIntegralNumber() || !id.canConvertToLong() || id.longValue() < 1) {
            throw new MalformedException("chain.id is the number of the chain, like 31337");
        }
        return new Chain(
                endpoints(node.path("endpoints")),
                id.longValue(),
                contract(node, "contract"),
                contract(node, "meter"),
                pace(node.path("pace").asText("")),
                node.hasNonNull("finality")
                        ? Optional.of(finality(node.get("finality")))
                        : Optional.empty());
    }

    private static int finality(JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw new MalformedException("chain.finality is a number of blocks");
        }
        return checkFinality(node.intValue(), "chain.finality");
    }

    /// @param what where it stands, for the message
    public static int checkFinality(int blocks, String what) {
        if (blocks < 1 || blocks > FinalityPolicy.Depth.MAX) {
            throw new MalformedException(
                    what + " is a number of blocks from 1 to " + FinalityPolicy.Depth.MAX);
        }
        return blocks;
    }

    private static List<String> endpoints(JsonNode list) {
        List<String> endpoints = new ArrayList<>();
        list.forEach(url -> endpoints.add(url.asText()));
        return checkEndpoints(list.isArray() ? endpoints : List.of(), "chain.endpoints");
    }

    /// One or two URLs of nodes. The same one twice would agree with itself (16e).
    ///
    /// @param what where they stand, for the message
    public static List<String> checkEndpoints(List<String> urls, String what) {
        if (urls.isEmpty() || urls.size() > MAX_ENDPOINTS) {
            throw new MalformedException(what + " is a list of one or two URLs");
        }
        urls.forEach(JsonRpc::checkUrl);
        if (urls.size() > Set.copyOf(urls).size()) {
            throw new MalformedException(
                    what + ": twice the same node; name another one, or only this");
        }
        return List.copyOf(urls);
    }

    private static Optional<Address> contract(JsonNode chain, String key) {
        try {
            return chain.hasNonNull(key)
                    ? Optional.of(Eip55.parse(chain.get(key).asText()))
                    : Optional.empty();
        } catch (MalformedException e) {
            throw new MalformedException("chain." + key + ": " + e.getMessage(), e);
        }
    }

    private static Pace pace(String text) {
        for (Pace pace : Pace.values()) {
            if (pace.name().equalsIgnoreCase(text)) {
                return pace;
            }
        }
        throw new MalformedException(
                "chain.pace is ethereum or local, not \""
                        + text
                        + "\""
                        + Spelling.hint(text, List.of("ethereum", "local")));
    }

    private static void only(JsonNode node, Set<String> known, String what) {
        if (node.isMissingNode() || node.isNull()) {
            return;
        }
        if (!node.isObject()) {
            throw new MalformedException(
                    what + ": a mapping is expected, with " + new TreeSet<>(known));
        }
        YamlTree.onlyKeys(node, what, known);
    }

    /// The chain, or the way to configure one.
    public Chain chainOrExplain() {
        return chain.orElseThrow(() ->
                new CliException(
                        ExitCode.STORAGE,
                        "no chain is configured: run \"evenhand deploy --rpc URL\", with"
                                + " --contract ADDRESS if the escrow is there already"));
    }

    String toYaml() {
        StringBuilder text = new StringBuilder("# Written by evenhand init and evenhand deploy.\n");
        chain.ifPresent(c -> {
            text.append("chain:\n  endpoints:\n");
            c.endpoints().forEach(url -> text.append("    - ").append(quote(url)));
            text.append("  id: ").append(c.id()).append('\n');
            c.contract().ifPresent(a -> text.append("  contract: ").append(quote(a.toString())));
            c.meter().ifPresent(a -> text.append("  meter: ").append(quote(a.toString())));
            text.append("  pace: ").append(c.pace().name().toLowerCase(Locale.ROOT)).append('\n');
            c.finality().ifPresent(n -> text.append("  finality: ").append(n).append('\n'));
        });
        if (!retention.equals(RETENTION)) {
            text.append("retention: ").append(retention.toSeconds()).append("s\n");
        }
        return text.toString();
    }

    private static String quote(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n";
    }

    /// Writes beside and renames, so there is never half a configuration.
    public void save(Path file) {
        Path beside = file.resolveSibling("config.yaml.new");
        try {
            Files.deleteIfExists(beside);
            Files.createFile(
                    beside,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(beside, toYaml());
            Files.move(
                    beside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
