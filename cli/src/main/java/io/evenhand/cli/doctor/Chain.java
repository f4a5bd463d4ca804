package io.evenhand.cli.doctor;

import io.evenhand.cli.Config;
import io.evenhand.cli.Units;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.Blocks;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.FeePolicy;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.Probe;
import io.evenhand.ledger.evm.RpcResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// The endpoints, the contract behind them, the clock, the wallet and the price of gas.
final class Chain {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// A clock may be this wrong (decisions 10); from 15 minutes on margins do not hold.
    private static final long CLOCK_ERROR_SECONDS = 120;

    private static final long CLOCK_WRONG_SECONDS = 900;

    /// A wallet should pay for this many claims at today's price.
    private static final int CLAIMS = 20;

    private final Config.Chain config;
    private final List<Finding> findings = new ArrayList<>();

    private Chain(Config.Chain config) {
        this.config = config;
    }

    /// @param wallet the node's account, if its key file could be read
    /// @param service if one was named
    static List<Finding> look(
            Config.Chain config, Optional<Address> wallet, Optional<CliProtocol.Service> service) {
        Chain chain = new Chain(config);
        chain.trust();
        chain.finality();
        List<String> answers = new ArrayList<>();
        for (String url : config.endpoints()) {
            chain.endpoint(url, wallet, service).ifPresent(answers::add);
        }
        if (answers.size() == 2) {
            boolean same = answers.getFirst().equals(answers.getLast());
            chain.add(
                    same
                            ? Finding.ok("agreement", "both endpoints show the same final block")
                            : Finding.warn(
                                    "agreement",
                                    "the endpoints differ about the final block",
                                    "run it again; if they still differ, one of them lies or is"
                                            + " far behind"));
        }
        return chain.findings;
    }

    private void add(Finding finding) {
        findings.add(finding);
    }

    /// A lying node can fake finality (16e).
    private void trust() {
        boolean own = config.endpoints().stream().anyMatch(JsonRpc::isOnThisMachine);
        if (!own && config.endpoints().size() < 2) {
            add(
                    Finding.warn(
                            "trust",
                            "one endpoint of somebody else: it alone says what is final",
                            "run a node of your own, or configure two endpoints (deploy --rpc A"
                                    + " --rpc B --contract ...)"));
        }
    }

    private void finality() {
        if (config.finality().isPresent() && config.pace() != Config.Pace.LOCAL) {
            Alarm own = new ChainAlarm.OwnFinality(config.finality().get());
            add(Finding.warn("finality", own.line(), own.wayOut()));
        }
    }

    /// Returns the final block's hash, if the endpoint serves our chain.
    private Optional<String> endpoint(
            String url, Optional<Address> wallet, Optional<CliProtocol.Service> service) {
        try (JsonRpc rpc = JsonRpc.open(url, PATIENCE)) {
            long begun = System.nanoTime();
            long id = rpc.call("eth_chainId").quantity();
            long millis = (System.nanoTime() - begun) / 1_000_000;
            if (id != config.id()) {
                add(
                        Finding.fail(
                                "endpoint",
                                rpc.name()
                                        + " serves chain "
                                        + id
                                        + ", configured is "
                                        + config.id(),
                                "run \"evenhand deploy --rpc URL\" again with the right one"));
                return Optional.empty();
            }
            add(Finding.ok("endpoint", "%s answers in %d ms".formatted(rpc.name(), millis)));
            if (!probe(rpc, wallet)) {
                return Optional.empty();
            }
            contract(rpc);
            clock(rpc);
            wallet.ifPresent(account -> money(rpc, account, service));
            return finalBlock(rpc);
        } catch (LedgerException | MalformedException e) {
            add(
                    Finding.fail(
                            "endpoint",
                            String.valueOf(e.getMessage()),
                            "start the node, or configure another endpoint"));
            return Optional.empty();
        }
    }

    /// Whether it gives all that an exchange will need of it.
    private boolean probe(JsonRpc rpc, Optional<Address> wallet) {
        Address account = wallet.orElse(Address.ZERO);
        Probe.Report report =
                Probe.ask(rpc, config.finalityPolicy(), account, config.contract().orElse(account));
        for (Probe.Result result : report.results()) {
            String what = result.need().name().toLowerCase(Locale.ROOT);
            switch (result.level()) {
                case FINE -> {}
                case LESS -> add(Finding.warn(what, result.text(), result.wayOut()));
                case LACKING -> add(Finding.fail(what, result.text(), result.wayOut()));
            }
        }
        boolean fit = report.of(Probe.Level.LACKING).isEmpty();
        if (fit) {
            add(Finding.ok("probe", rpc.name() + " gives all that an exchange needs"));
        }
        return fit;
    }

    private void contract(JsonRpc rpc) {
        if (config.contract().isEmpty()) {
            add(
                    Finding.fail(
                            "contract", "none is configured", "run \"evenhand deploy --rpc URL\""));
            return;
        }
        Address address = config.contract().get();
        add(
                EscrowCode.standsAt(rpc, address)
                        ? Finding.ok("contract", address + " has the code this release knows")
                        : Finding.fail(
                                "contract",
                                "no such code stands at " + address,
                                "send no money there; configure the right address"));
    }

    private void clock(JsonRpc rpc) {
        long head = rpc.call("eth_getBlockByNumber", "latest", false).field("timestamp").quantity();
        long ahead = Instant.now().getEpochSecond() - head;
        String text =
                ahead >= 0
                        ? "newest block is " + Units.show(Duration.ofSeconds(ahead)) + " old"
                        : "newest block is " + Units.show(Duration.ofSeconds(-ahead)) + " ahead";
        // A chain of one's own makes blocks only when it likes.
        boolean idle = ahead > 0 && config.pace() == Config.Pace.LOCAL;
        if (Math.abs(ahead) <= CLOCK_ERROR_SECONDS || idle) {
            add(Finding.ok("clock", text));
        } else if (Math.abs(ahead) <= CLOCK_WRONG_SECONDS) {
            add(Finding.warn("clock", text, "set this machine's clock, or ask another endpoint"));
        } else {
            add(
                    Finding.fail(
                            "clock",
                            text,
                            "set this machine's clock (NTP), or ask another endpoint: deadlines"
                                    + " cannot be kept"));
        }
    }

    private void money(JsonRpc rpc, Address account, Optional<CliProtocol.Service> service) {
        Wei balance = new Wei(rpc.call("eth_getBalance", account.toString(), "latest").number());
        Wei claim = new Wei(FeePolicy.price(rpc)).times(EscrowCalls.claimGas(rpc, account));
        String text = "%s holds %s; a claim costs up to %s".formatted(account, balance, claim);
        if (balance.compareTo(claim) < 0) {
            add(Finding.fail("wallet", text, "send it coins: without gas no wage can be claimed"));
        } else if (balance.compareTo(claim.times(CLAIMS)) < 0) {
            add(Finding.warn("wallet", text, "send it coins for " + CLAIMS + " claims or more"));
        } else {
            add(Finding.ok("wallet", text));
        }
        service.ifPresent(served -> add(price(served, claim)));
    }

    private static Finding price(CliProtocol.Service served, Wei claim) {
        Wei least = served.least().apply(claim);
        return served.price().compareTo(least) >= 0
                ? Finding.ok("price", served.price() + " is worth its gas")
                : Finding.fail(
                        "price",
                        served.price()
                                + " is too little: for less than "
                                + least
                                + " no key is shown at today's fees, and no wage claimed",
                        "ask for " + least + " or more");
    }

    private Optional<String> finalBlock(JsonRpc rpc) {
        OptionalLong depth =
                config.finalityPolicy() instanceof FinalityPolicy.Depth(int blocks)
                        ? OptionalLong.of(blocks)
                        : OptionalLong.empty();
        String number =
                depth.isEmpty()
                        ? "finalized"
                        : "0x"
                                + Long.toHexString(
                                        Math.max(
                                                0,
                                                rpc.call("eth_blockNumber").quantity()
                                                        - depth.getAsLong()));
        RpcResult block = Blocks.named(rpc, "eth_getBlockByNumber", number, false);
        if (block.isNull()) {
            add(
                    Finding.fail(
                            "finality",
                            rpc.name() + " does not say which block is final",
                            "use an endpoint that knows the tag \"finalized\""));
            return Optional.empty();
        }
        return Optional.of(block.field("hash").text(66));
    }
}
