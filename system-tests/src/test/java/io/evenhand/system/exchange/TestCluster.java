package io.evenhand.system.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.ledger.evm.LocalChain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// A chain, a stamper, a provider and a customer, set up with the same commands a user types.
final class TestCluster implements AutoCloseable {
    /// Of services that tests offer: it sorts the lines of its input.
    static final String SORT =
            """
            name: sort
            about: sorts lines
            price: 0.005 eth
            command: ["sort", "-o", "{output}", "{input}"]
            limits: { inputBytes: 1048576, workBytes: 1048576, seconds: 60, attempts: 1 }
            policies: [size]
            """;

    /// The work is the input.
    static final String COPY =
            """
            name: copy
            about: gives back what it got
            price: 0.005 eth
            command: ["cp", "{input}", "{output}"]
            limits: { inputBytes: 134217728, workBytes: 134217728, seconds: 60, attempts: 1 }
            policies: [size]
            """;

    private final Path folder;
    private final LocalChain chain;
    private final String service;
    private final Map<String, String> environment;
    private final Map<String, String> fronts;
    private final int stamperPort;
    private final int providerPort;
    private final List<Cli> running = new ArrayList<>();
    private Cli stamper;
    private Cli provider;
    private final List<String> stamperInvites = new ArrayList<>();
    private final List<String> providerInvites = new ArrayList<>();

    /// @param service the provider's YAML, with a command that reads `{input}`
    TestCluster(Path folder, String service) throws Exception {
        this(folder, service, Map.of());
    }

    /// @param environment more variables for the servers and the customer
    TestCluster(Path folder, String service, Map<String, String> environment) throws Exception {
        this(folder, service, environment, Map.of());
    }

    /// @param fronts lines of a shell in which a party becomes the launcher, `"$0" "$@"`
    TestCluster(
            Path folder,
            String service,
            Map<String, String> environment,
            Map<String, String> fronts)
            throws Exception {
        this.folder = folder;
        this.fronts = fronts;
        this.environment = environment;
        this.service = service;
        this.chain = LocalChain.start(new LocalChain.Mining.Every(1));
        this.stamperPort = freePort();
        this.providerPort = freePort();
        init("stamper", 2);
        init("provider", 1);
        init("customer", 0);
        run("customer", "deploy", "--rpc", chain.httpUrl());
        String contract =
                Files.readString(home("customer").resolve("config.yaml"))
                        .replaceAll("(?s).*contract: \"(0x[0-9a-f]{40})\".*", "$1");
        run("provider", "deploy", "--rpc", chain.httpUrl(), "--contract", contract);
        Files.writeString(folder.resolve("service.yaml"), service);
        this.stamper = startStamper("--invites", "2");
        stamper.listening().path("invites").forEach(invite -> stamperInvites.add(invite.asText()));
        this.provider = startProvider("--invites", "2");
        provider.listening()
                .path("invites")
                .forEach(invite -> providerInvites.add(invite.asText()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Path home(String name) {
        return folder.resolve(name);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    LocalChain chain() {
        return chain;
    }

    /// From now on the party's commands see the chain at this address.
    void seeChainAt(String name, String url) throws IOException {
        Path config = home(name).resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace(chain.httpUrl(), url));
    }

    Cli stamper() {
        return stamper;
    }

    Cli provider() {
        return provider;
    }

    private void init(String name, int account) throws Exception {
        String key = HexFormat.of().formatHex(LocalChain.key(account).expose());
        try (Cli cli = Cli.startWith(key + "\n", home(name), "init", "--wallet-fd", "0")) {
            check(cli, "init");
        }
    }

    /// Runs a command to its end, which must be good.
    JsonNode run(String name, String... arguments) throws Exception {
        try (Cli cli = Cli.start(home(name), arguments)) {
            return check(cli, arguments[0]);
        }
    }

    private static JsonNode check(Cli cli, String what) throws Exception {
        JsonNode summary = cli.summary();
        if (cli.exit() != 0) {
            throw new AssertionError(what + ": " + cli.errors());
        }
        return summary;
    }

    private Cli startStamper(String... more) throws IOException {
        return start("stamper", List.of("stamper", "--listen", "127.0.0.1:" + stamperPort), more);
    }

    private Cli startProvider(String... more) throws IOException {
        return start(
                "provider",
                List.of(
                        "provider",
                        folder.resolve("service.yaml").toString(),
                        "--listen",
                        "127.0.0.1:" + providerPort,
                        "--directory",
                        folder.toString(),
                        "--stamper",
                        kept("accepted", stamperInvites.getFirst()),
                        "--operator",
                        "third"),
                more);
    }

    private String kept(String name, String invite) throws IOException {
        return "@" + Files.writeString(file(name + ".invite"), invite);
    }

    private Cli start(String name, List<String> command, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(command);
        if (!name.equals("customer")) {
            arguments.addAll(List.of("--metrics", "127.0.0.1:0"));
        }
        arguments.addAll(List.of(more));
        List<String> front =
                fronts.containsKey(name) ? List.of("bash", "-c", fronts.get(name)) : List.of();
        String[] words = arguments.toArray(String[]::new);
        Cli cli = Cli.startBehind(front, environment, "", home(name), words);
        running.add(cli);
        return cli;
    }

    /// Kills the stamper and starts it again with the same command.
    void restartStamper() throws Exception {
        stamper.kill();
        stamper = startStamper();
        JsonNode _ = stamper.listening();
    }

    /// Kills the provider and starts it again with the same command.
    void restartProvider() throws Exception {
        provider.kill();
        provider = startProvider();
        JsonNode _ = provider.listening();
    }

    /// Starts a delegation of `input` under a policy file's text.
    Cli delegate(String input, String policy, String output, String... more) throws Exception {
        return start("customer", delegation(input, policy, output, more), more);
    }

    /// What a customer types for that, without `more`.
    List<String> delegation(String input, String policy, String output, String... more)
            throws IOException {
        Files.writeString(file("policy.yaml"), policy);
        List<String> command = new ArrayList<>();
        command.addAll(List.of("delegate", "--provider"));
        command.add(kept("provider", providerInvites.getFirst()));
        command.addAll(List.of("--stamper", kept("stamper", stamperInvites.get(1))));
        command.addAll(List.of("--input", file(input).toString()));
        command.addAll(List.of("--policy", file("policy.yaml").toString()));
        command.addAll(List.of("--output", file(output).toString()));
        if (!List.of(more).contains("--wage")) {
            command.addAll(List.of("--wage", "0.01 eth"));
        }
        if (!List.of(more).contains("--deadline")) {
            command.addAll(List.of("--deadline", "10m"));
        }
        return command;
    }

    String service() {
        return service;
    }

    @Override
    public void close() throws IOException {
        for (Cli cli : running) {
            cli.close();
        }
        chain.close();
    }
}
