package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainProxy;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// What a cheat finds when it comes: the chain, the parties as processes with a home each, and a
/// screen to say on what it does.
///
/// It also keeps the minutes: what was attempted, and which event of an honest party showed that it
/// was stopped.
public final class DemoNet implements AutoCloseable {
    public static final Wei WAGE = Wei.parse("0.01 eth");

    /// For the work. Nobody waits for it: a slow machine has all the time it wants, and a cheat
    /// that ends with a deadline moves the chain's clock on.
    public static final Duration DEADLINE = Duration.ofMinutes(30);

    /// Later than every deadline of an exchange whose work has that time.
    private static final Duration BEYOND = DEADLINE.multipliedBy(2);

    /// Nothing between two steps of an exchange takes longer, on a busy machine either.
    public static final Duration STEP_LIMIT = Duration.ofMinutes(10);

    private final DemoScreen screen;
    private final Path root;
    private final DemoSetup setup;
    private final Predicate<JsonNode> shows;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<Role, Party> parties = new HashMap<>();
    private final Map<Role, List<String>> words = new HashMap<>();
    private final Map<Role, Map<String, String>> options = new HashMap<>();
    private final List<String> vmOptions = new ArrayList<>();
    private final Map<Role, ChainProxy> proxies = new HashMap<>();
    private final List<String> attempted = new ArrayList<>();
    private final List<String> stopped = new ArrayList<>();
    private final Object minutes = new Object();

    /// @param shows which events of the parties show that the cheat was stopped
    public DemoNet(DemoScreen screen, Path root, Path folder, Predicate<JsonNode> shows)
            throws IOException {
        this.screen = screen;
        this.root = root;
        this.shows = shows;
        this.setup = DemoSetup.set(root, folder);
        open.add(setup.chain());
    }

    public DemoSetup setup() {
        return setup;
    }

    /// What the parties have in their homes.
    public PartyFiles files() {
        return new PartyFiles(setup);
    }

    public Mempool mempool() {
        return new Mempool(chain());
    }

    /// The wallet of somebody who is no party.
    public static Wallet stranger() {
        return LocalChain.wallet(LocalChain.ACCOUNTS - 1);
    }

    /// The customer's wallet in the hands of a client of its own.
    public static Wallet customerWallet() {
        return LocalChain.wallet(DemoSetup.CUSTOMER_ACCOUNT);
    }

    public static Wallet providerWallet() {
        return LocalChain.wallet(DemoSetup.PROVIDER_ACCOUNT);
    }

    /// Where the examples are.
    public Path root() {
        return root;
    }

    public LocalChain chain() {
        return setup.chain();
    }

    public Rail rail() {
        return setup.rail();
    }

    // ------------------------------------------------------------------ before the parties come

    /// Sets an option of a party's command line, or replaces it.
    public void option(Role role, String name, String value) {
        options(role).put(name, value);
    }

    /// Sets an option of every party's virtual machine.
    public void everyParty(String vmOption) {
        vmOptions.add(vmOption);
    }

    private Map<String, String> options(Role role) {
        return options.computeIfAbsent(role, _ -> new LinkedHashMap<>());
    }

    /// The nodes through which this party sees the chain.
    public void endpoints(Role role, List<String> urls) {
        setup.configure(role.text(), urls);
    }

    /// Lets a party see the chain through a node that the cheat controls.
    ///
    /// @param second whether the party also asks a node that tells the truth
    public ChainProxy proxy(Role role, boolean second) throws IOException {
        ChainProxy proxy = keep(new ChainProxy(chain()));
        proxies.put(role, proxy);
        endpoints(role, second ? List.of(proxy.url(), chain().httpUrl()) : List.of(proxy.url()));
        return proxy;
    }

    /// The node that {@link #proxy(Role, boolean)} made.
    public ChainProxy proxy(Role role) {
        return Optional.ofNullable(proxies.get(role))
                .orElseThrow(() -> new IllegalStateException(role + " has an honest node"));
    }

    /// Closed with this.
    public <T extends AutoCloseable> T keep(T resource) {
        synchronized (open) {
            open.add(resource);
        }
        return resource;
    }

    // ------------------------------------------------------------------------------ the parties

    /// Starts a party; its options are those set so far.
    public Party start(Role role, List<String> command) throws IOException {
        words.put(role, List.copyOf(command));
        return launch(role, command);
    }

    private Party launch(Role role, List<String> command) throws IOException {
        List<String> line = new ArrayList<>(command);
        options(role)
                .forEach((name, value) -> {
                    line.add(name);
                    line.add(value);
                });
        // Beside what was built, for the next demo, too; where nobody may write, for this one.
        Path built = root.resolve("build");
        Path archive = (Files.isWritable(built) ? built : setup.folder()).resolve("cds");
        Files.createDirectories(archive);
        List<String> vm = new ArrayList<>(Party.brief(archive.resolve(role.text() + ".jsa")));
        vm.addAll(vmOptions);
        Party party = Party.start(role.text(), setup.home(role.text()), vm, this::hear, line);
        keep(party);
        synchronized (parties) {
            parties.put(role, party);
        }
        return party;
    }

    /// The present process of a party.
    public Party party(Role role) {
        synchronized (parties) {
            return Optional.ofNullable(parties.get(role))
                    .orElseThrow(() -> new IllegalStateException(role + " is not there yet"));
        }
    }

    public Party customer() {
        return party(DelegationRoles.CUSTOMER);
    }

    public Party provider() {
        return party(DelegationRoles.PROVIDER);
    }

    public Party stamper() {
        return party(DelegationRoles.STAMPER);
    }

    /// Ends a party's process at once, as a power cut does.
    public void kill(Role role) throws InterruptedException {
        say("the " + role.text() + "'s process is killed (kill -9)");
        party(role).kill();
    }

    /// Starts a party that was killed: a server with the same command, a customer with `resume`.
    public Party restart(Role role) throws IOException, InterruptedException {
        say("the " + role.text() + " starts again");
        if (role.equals(DelegationRoles.CUSTOMER)) {
            options(role).clear();
            return launch(role, List.of("resume"));
        }
        Party party = launch(role, words.getOrDefault(role, List.of()));
        JsonNode _ = party.listening();
        return party;
    }

    /// The first event of this kind that a party said or will say.
    public JsonNode await(Role role, String event) throws InterruptedException {
        return await(role, e -> e.path("event").asText().equals(event), "come to " + event);
    }

    public JsonNode await(Role role, Predicate<JsonNode> fits, String what)
            throws InterruptedException {
        return party(role).await(fits, STEP_LIMIT, what);
    }

    /// The deposit is in a block.
    public void awaitDeposit() throws InterruptedException {
        JsonNode _ =
                await(DelegationRoles.CUSTOMER, transaction("TransactionIncluded", "open"), "fund");
    }

    /// A party's exchange came to this state.
    public void awaitState(Role role, String state) throws InterruptedException {
        JsonNode _ =
                await(
                        role,
                        e ->
                                e.path("event").asText().equals("StateChanged")
                                        && e.path("to").asText().equals(state),
                        "come to " + state);
    }

    /// A block took the customer's transaction of this kind, whether it succeeded or not.
    public void awaitTransaction(String kind) throws InterruptedException {
        JsonNode _ =
                await(
                        DelegationRoles.CUSTOMER,
                        transaction("TransactionIncluded", kind)
                                .or(transaction("TransactionFailed", kind)),
                        "have its " + kind + " in a block");
    }

    /// `event` is the kind of event, such as `TransactionSent`, `kind` such as `claim`.
    public static Predicate<JsonNode> transaction(String event, String kind) {
        return e -> e.path("event").asText().equals(event) && e.path("kind").asText().equals(kind);
    }

    /// A free port of the loopback interface, so that a server can be started again on it.
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    // ------------------------------------------------------------------------------- the minutes

    public void say(String line) {
        screen.aside(line);
    }

    /// The cheat really did this.
    public void cheated(String what) {
        screen.aside("CHEAT: " + what);
        note(attempted, what);
    }

    /// This, seen by somebody honest or by everybody, shows that the cheat was stopped.
    public void stopped(String what) {
        screen.aside("STOPPED: " + what);
        note(stopped, what);
    }

    private void note(List<String> list, String what) {
        synchronized (minutes) {
            list.add(what);
            minutes.notifyAll();
        }
    }

    private void hear(String party, JsonNode event) {
        screen.hear(party, event);
        if (event instanceof ObjectNode object) {
            object.put("party", party);
        }
        if (event.path("event").asText().equals("Cheated")) {
            note(attempted, event.path("what").asText());
        } else if (shows.test(event)) {
            note(stopped, screen.brief(party, event));
        }
    }

    public List<String> attempted() {
        synchronized (minutes) {
            return List.copyOf(attempted);
        }
    }

    /// What showed that the cheat was stopped, first things first.
    public List<String> stopped() {
        synchronized (minutes) {
            return List.copyOf(stopped);
        }
    }

    /// Waits until something showed that the cheat was stopped; false if nothing did in time.
    public boolean awaitStopped(Duration limit) throws InterruptedException {
        return awaitNote(stopped, limit);
    }

    /// Waits until a party said that it cheated.
    public void awaitCheated() throws InterruptedException {
        if (!awaitNote(attempted, STEP_LIMIT)) {
            throw new CliException(ExitCode.FAILED, "the cheater did not cheat in time");
        }
    }

    private boolean awaitNote(List<String> list, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (minutes) {
            while (list.isEmpty()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                minutes.wait(left);
            }
            return true;
        }
    }

    // ---------------------------------------------------------------------------------- the time

    /// The chain's clock goes on beyond all deadlines of the exchange.
    ///
    /// @param which of them somebody waits for
    public void passBeyond(String which) {
        say("the chain's clock goes on by " + BEYOND.toMinutes() + " minutes: beyond " + which);
        chain().warp(BEYOND);
    }

    /// Once the cheat was stopped nothing more can happen but the end at a deadline.
    public void awaitStoppedAndPassBeyond(String which) throws InterruptedException {
        if (!awaitStopped(STEP_LIMIT)) {
            throw new CliException(ExitCode.FAILED, "nobody honest noticed the cheat");
        }
        passBeyond(which);
    }

    @Override
    public void close() {
        List<AutoCloseable> all;
        synchronized (open) {
            all = new ArrayList<>(open.reversed());
            open.clear();
        }
        for (AutoCloseable resource : all) {
            try {
                resource.close();
            } catch (Exception e) {
                screen.say("could not be stopped: " + e.getMessage());
            }
        }
    }
}
