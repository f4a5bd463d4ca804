package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.sign.Eip55;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.ledger.evm.ChainProxy.Manner;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Quirks;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of `docs/reference/endpoints.md`: every command at an endpoint with each quirk either
/// does what it always does, or says in one line what the endpoint lacks.
///
/// Two rows of it in each build; all of them with `-Dendpoints=all`, as `make soak PARTS=endpoints`
/// does.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndpointCommandsTest {
    private static final int INVITES = 40;

    /// Requests of a command that finds out what is missing: three tries of a few dozens each.
    private static final int MOST_ASKED = 150;

    /// Eight in a second, five times as fast.
    private static final Duration SLOT = Duration.ofMillis(200);

    /// An endpoint, and what it lacks; nothing if it is good enough.
    record Row(String name, String lacks, List<Manner> manners) {
        boolean good() {
            return lacks.isEmpty();
        }

        boolean is(String other) {
            return name.equals(other);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Row NO_STATE =
            lacking(
                    "no state by hash",
                    "state at a block's hash (EIP-1898)",
                    Quirks.withoutStateByHash());

    private static final Row MANY =
            good(
                    "many quirks at once",
                    bareReceipts(),
                    Quirks.withoutBaseFee(),
                    Quirks.logsOf(5),
                    Quirks.logsBehind(2),
                    Quirks.behind(2),
                    idAsText());

    private static final String NO_FINALIZED = "no finalized";
    private static final String NO_LOGS = "no logs";
    private static final String COARSE_TIME = "coarse time";

    private static final List<Row> ROWS =
            List.of(
                    NO_STATE,
                    MANY,
                    lacking(
                            NO_FINALIZED,
                            "block with the tag \"finalized\"",
                            Quirks.withoutFinalized()),
                    lacking(
                            "no blocks by hash",
                            "blocks by number and by hash",
                            Quirks.without("eth_getBlockByHash")),
                    lacking(NO_LOGS, "events of a contract", Quirks.without("eth_getLogs")),
                    lacking(
                            "no transactions",
                            "transactions and receipts",
                            Quirks.without("eth_getTransactionByHash")),
                    lacking(
                            "no receipts",
                            "transactions and receipts",
                            Quirks.without("eth_getTransactionReceipt")),
                    good(
                            "no estimates",
                            Quirks.without("eth_estimateGas"),
                            Quirks.without("eth_feeHistory")),
                    good("bare receipts", bareReceipts()),
                    good("no base fee", Quirks.withoutBaseFee(), Quirks.without("eth_feeHistory")),
                    good("few logs", Quirks.logsOf(5)),
                    good("limited", Quirks.limited(8, SLOT, false, new AtomicInteger())),
                    good("limited in a body", Quirks.limited(8, SLOT, true, new AtomicInteger())),
                    good("behind", Quirks.behind(2)),
                    good("logs behind", Quirks.logsBehind(4)),
                    good(COARSE_TIME, Quirks.strikesEvery(12)),
                    good("id as text", idAsText()));

    private static Row lacking(String name, String lacks, Manner manner) {
        return new Row(name, lacks, List.of(manner));
    }

    private static Row good(String name, Manner... manners) {
        return new Row(name, "", List.of(manners));
    }

    private static Manner bareReceipts() {
        return Quirks.changes(
                "eth_getTransactionReceipt",
                receipt -> receipt.putNull("effectiveGasPrice").remove("gasUsed"));
    }

    enum Typing {
        DEPLOY,
        DOCTOR,
        PROVIDER,
        DELEGATE,
        RESUME,
        REFUND,
        REFUND_LOST,
        VERIFY
    }

    private static Manner idAsText() {
        return (call, chain) -> {
            ChainProxy.Reply reply = chain.answer(call);
            return ChainProxy.Reply.of(
                    reply.status(), reply.text().replaceFirst("\"id\":(\\d+)", "\"id\":\"$1\""));
        };
    }

    static Stream<Arguments> table() {
        List<Row> rows =
                System.getProperty("endpoints", "").equals("all") ? ROWS : List.of(NO_STATE, MANY);
        return rows.stream()
                .flatMap(row -> Arrays.stream(Typing.values()).map(c -> Arguments.of(row, c)));
    }

    private Path folder = Path.of("");

    private LocalChain chain;
    private Address contract = Address.ZERO;
    private Typed stamper;
    private Typed provider;
    private final List<String> stamperInvites = new ArrayList<>();
    private final List<String> providerInvites = new ArrayList<>();
    private int homes;

    /// A customer that paid and knows no more; meanwhile its wage was claimed.
    private Path paid = Path.of("");

    private Path bundle = Path.of("");

    @BeforeAll
    void prepare(@TempDir Path directory) throws Exception {
        folder = directory;
        chain = LocalChain.start(new LocalChain.Mining.Every(1));
        Files.writeString(folder.resolve("input.csv"), "b\na\n");
        Files.writeString(folder.resolve("policy.yaml"), "policy: size\natLeast: 1\natMost: 9\n");
        Files.writeString(
                folder.resolve("service.yaml"),
                """
                name: sort
                about: sorts
                price: 0.01 eth
                command: ["sort", "-o", "{output}", "{input}"]
                limits: { inputBytes: 10, workBytes: 10, seconds: 60, attempts: 1 }
                policies: [size]
                """);
        Path deployer = home();
        try (Typed deploy = new Typed(deployer, List.of("deploy", "--rpc", chain.httpUrl()))) {
            contract = Eip55.parse(deploy.await("summary").path("contract").asText());
        }
        stamper =
                new Typed(
                        home(), List.of("stamper", "--listen=127.0.0.1:0", "--invites=" + INVITES));
        stamper.await("listening")
                .path("invites")
                .forEach(invite -> stamperInvites.add(invite.asText()));
        provider = provider(home(chain.httpUrl(), Config.Pace.LOCAL));
        provider.await("listening")
                .path("invites")
                .forEach(invite -> providerInvites.add(invite.asText()));
        pay();
    }

    private void pay() throws Exception {
        paid = home(chain.httpUrl(), Config.Pace.LOCAL);
        try (Typed delegate = delegate(paid)) {
            JsonNode _ = delegate.await(line -> isTransaction(line, "open"));
            // The deposit does not become final while the customer is there.
            chain.setMining(new LocalChain.Mining.Manual());
        }
        chain.setMining(new LocalChain.Mining.Every(1));
        JsonNode _ = provider.await(line -> line.path("event").asText().equals("Ended"));
        Path again = copy(paid, chain.httpUrl(), Config.Pace.LOCAL);
        try (Typed resume = new Typed(again, List.of("resume"))) {
            bundle = Path.of(resume.await("summary").path("bundle").asText());
            assertEquals(0, resume.exit(), resume.errors());
        }
    }

    private static boolean isTransaction(JsonNode line, String kind) {
        return line.path("event").asText().equals("TransactionIncluded")
                && line.path("kind").asText().equals(kind);
    }

    @AfterAll
    void stop() {
        for (Typed server : List.of(provider, stamper)) {
            server.close();
        }
        chain.close();
    }

    /// A new data directory whose wallet has coins.
    private Path home() throws Exception {
        Path home = folder.resolve("home" + homes++);
        try (Typed init = new Typed(home, List.of("init"))) {
            String wallet = init.await("summary").path("wallet").asText();
            var _ = chain.rpc().call("anvil_setBalance", wallet, "0xde0b6b3a7640000");
        }
        return home;
    }

    private Path home(String url, Config.Pace pace) throws Exception {
        Path home = home();
        configure(home, url, pace);
        return home;
    }

    private void configure(Path home, String url, Config.Pace pace) {
        Config.Chain there =
                new Config.Chain(List.of(url), LocalChain.CHAIN_ID, Optional.of(contract), pace);
        new Config(Optional.of(there)).save(home.resolve("config.yaml"));
    }

    /// A copy of a data directory that sees the chain elsewhere and writes its work elsewhere.
    private Path copy(Path from, String url, Config.Pace pace) throws IOException {
        Path to = folder.resolve("home" + homes++);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
        configure(to, url, pace);
        Files.writeString(note(to), output(to).toString());
        return to;
    }

    /// A new data directory with the wallet of the customer that paid.
    private Path forgetful(String url, Config.Pace pace) throws IOException {
        Secret32 wallet =
                NodeKeys.load(DataDirectory.identityFile(paid), Optional.empty()).wallet();
        Path home = folder.resolve("home" + homes++);
        try (DataDirectory _ = DataDirectory.hold(home)) {
            NodeKeys _ =
                    NodeKeys.create(
                            DataDirectory.identityFile(home),
                            wallet,
                            Optional.empty(),
                            new SecureRandom());
        }
        configure(home, url, pace);
        return home;
    }

    /// Where it stands where the work of the only exchange goes.
    private static Path note(Path home) throws IOException {
        try (Stream<Path> notes = Files.list(home.resolve("outputs"))) {
            return notes.findFirst().orElseThrow();
        }
    }

    private Path output(Path home) {
        return folder.resolve(home.getFileName() + "-work");
    }

    private String kept(List<String> invites) throws IOException {
        String invite = invites.removeFirst();
        return "@" + Files.writeString(folder.resolve("invite" + invites.size()), invite);
    }

    private Typed provider(Path home) throws IOException {
        return new Typed(
                home,
                List.of(
                        "provider",
                        folder.resolve("service.yaml").toString(),
                        "--listen=127.0.0.1:0",
                        "--invites=" + INVITES,
                        "--operator=third",
                        "--stamper=" + kept(stamperInvites)));
    }

    private Typed delegate(Path home) throws IOException {
        return new Typed(
                home,
                List.of(
                        "delegate",
                        "--provider=" + kept(providerInvites),
                        "--stamper=" + kept(stamperInvites),
                        "--input=" + folder.resolve("input.csv"),
                        "--policy=" + folder.resolve("policy.yaml"),
                        "--wage=0.01 eth",
                        "--deadline=5m",
                        "--output=" + output(home)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("table")
    void theTable(Row row, Typing typing) throws Exception {
        try (ChainProxy endpoint = new ChainProxy(chain)) {
            endpoint.be(row.manners());
            String url = endpoint.url();
            // Only there it is asked which block is final.
            Config.Pace pace = row.is(NO_FINALIZED) ? Config.Pace.ETHEREUM : Config.Pace.LOCAL;
            switch (typing) {
                case DEPLOY -> fits(row, new Typed(home(), deploy(url, pace)));
                case DOCTOR -> doctor(row, home(url, pace));
                case PROVIDER -> serves(row, provider(home(url, pace)));
                case DELEGATE -> {
                    Path home = home(url, pace);
                    fits(row, delegate(home));
                    delivered(row, home);
                }
                case RESUME -> {
                    Path home = copy(paid, url, pace);
                    fits(row, new Typed(home, List.of("resume")));
                    delivered(row, home);
                }
                case REFUND -> {
                    Path home = copy(paid, url, pace);
                    String ref = String.valueOf(note(home).getFileName());
                    // It was claimed, so there is the work in its place.
                    fits(row, new Typed(home, List.of("refund", ref, "--wait")));
                    delivered(row, home);
                }
                case REFUND_LOST -> {
                    Path home = forgetful(url, pace);
                    fits(row, new Typed(home, List.of("refund", "--lost")));
                }
                case VERIFY -> verify(row, url);
            }
            if (!row.good()) {
                int asked = endpoint.asked();
                assertTrue(asked < MOST_ASKED, asked + " requests");
            }
        }
    }

    private List<String> deploy(String url, Config.Pace pace) {
        return List.of("deploy", "--rpc=" + url, "--pace=" + pace, "--contract=" + contract);
    }

    private void fits(Row row, Typed command) throws InterruptedException {
        try (command) {
            int exit = command.exit();
            if (row.good()) {
                assertEquals(0, exit, command.errors());
            } else {
                lacks(row, command);
            }
        }
    }

    private static void lacks(Row row, Typed command) throws InterruptedException {
        assertEquals(3, command.exit(), command.errors());
        assertEquals(1, command.errors().strip().lines().count(), command.errors());
        assertTrue(command.errors().contains("no " + row.lacks), command.errors());
    }

    private void delivered(Row row, Path home) throws IOException {
        assertEquals(row.good(), Files.exists(output(home)));
        if (row.good()) {
            assertEquals("a\nb\n", Files.readString(output(home)));
        }
    }

    private static void doctor(Row row, Path home) throws InterruptedException {
        try (Typed doctor = new Typed(home, List.of("doctor"))) {
            assertEquals(row.good() ? 0 : 1, doctor.exit(), doctor.said());
            boolean named =
                    doctor.said().contains("\"level\":\"fail\"")
                            && doctor.said().contains(row.lacks.replace("\"", "\\\""));
            assertEquals(!row.good(), named, doctor.said());
        }
    }

    private static void serves(Row row, Typed command) throws InterruptedException {
        try (command) {
            if (row.good()) {
                JsonNode _ = command.await("listening");
            } else {
                lacks(row, command);
            }
        }
    }

    /// It needs few things, and nothing that is newer than the bundle.
    private void verify(Row row, String url) throws InterruptedException {
        // Blocks with another time are none of this chain.
        int good = row.is(NO_LOGS) ? 3 : row.is(COARSE_TIME) ? 1 : 0;
        try (Typed verify = new Typed(folder, List.of("verify", bundle.toString(), "--rpc", url))) {
            assertEquals(good, verify.exit(), verify.said() + verify.errors());
            assertTrue(verify.errors().lines().count() <= 1, verify.errors());
        }
    }

    @Test
    @DisplayName("A work that lies open is written, even if the endpoint has become useless")
    void anOpenedWorkIsWritten() throws Exception {
        try (ChainProxy endpoint = new ChainProxy(chain)) {
            endpoint.be(NO_STATE.manners());
            Path home = copy(paid, endpoint.url(), Config.Pace.LOCAL);
            SessionKey exchange =
                    new SessionKey(
                            DelegationRoles.CUSTOMER,
                            Bytes32.parse(String.valueOf(note(home).getFileName())));
            NodeKeys keys = NodeKeys.load(DataDirectory.identityFile(home), Optional.empty());
            try (Store store = Store.open(home, keys, InstantSource.system())) {
                SessionFiles files = SessionFiles.of(store);
                assertFalse(files.has(exchange, SessionFiles.WORK));
                // Opened, and killed before it was written.
                Files.writeString(files.path(exchange, SessionFiles.WORK), "a\nb\n");
                files.keep(exchange, SessionFiles.WORK);
            }
            fits(NO_STATE, new Typed(home, List.of("resume")));
            assertEquals("a\nb\n", Files.readString(output(home)));
        }
    }
}
