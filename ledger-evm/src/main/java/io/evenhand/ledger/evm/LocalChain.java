package io.evenhand.ledger.evm;

import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A chain of our own on the loopback interface, for the demo and for tests: one anvil process,
/// stopped with this object, and gone when the JVM is.
///
/// Its accounts are funded at the beginning and their keys are public knowledge.
public final class LocalChain implements AutoCloseable {
    public static final long CHAIN_ID = 31_337;

    /// Funded accounts, each with 10,000 coins.
    public static final int ACCOUNTS = 10;

    private static final BigInteger FUNDS = BigInteger.TEN.pow(22);

    /// It answers within a tenth of a second; a loaded machine takes longer.
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:(\\d+)");

    /// How the chain makes blocks.
    public sealed interface Mining {
        /// One block for each transaction, at once.
        record Instant() implements Mining {}

        /// One block every so many seconds, empty or not.
        record Every(int seconds) implements Mining {}

        /// Several blocks a second, which share a timestamp; only from the chain's start on.
        ///
        /// @param seconds between two of them, less than one
        record Fast(double seconds) implements Mining {}

        /// Only when told to.
        record Manual() implements Mining {}
    }

    private final Path program;
    private Mining mining;
    private final Path directory;
    private final Thread atExit;
    private Process process;
    private int port;
    private JsonRpc rpc;

    private LocalChain(Path program, Mining mining, Path directory) throws IOException {
        this.program = program;
        this.mining = mining;
        this.directory = directory;
        try {
            this.process = launch(0);
        } catch (IOException e) {
            deleteFiles();
            throw e;
        }
        this.rpc = JsonRpc.open(httpUrl());
        fund();
        this.atExit = Loop.atExit(this::abandon);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /// Starts a chain on a free port with the anvil that `Tools` finds.
    public static LocalChain start(Mining mining) throws IOException {
        return start(mining, Tools.anvil());
    }

    public static LocalChain start(Mining mining, Path anvil) throws IOException {
        return new LocalChain(anvil, mining, Files.createTempDirectory("evenhand-chain"));
    }

    /// The key of a funded account, 0 to 9. Public knowledge: for this chain only.
    public static Secret32 key(int account) {
        return Secret32.of(
                Hashes.keccak256(
                        ("evenhand local chain account " + account)
                                .getBytes(StandardCharsets.US_ASCII)));
    }

    public static Wallet wallet(int account) {
        return new Wallet(key(account));
    }

    public String httpUrl() {
        return "http://127.0.0.1:" + port;
    }

    public String wsUrl() {
        return "ws://127.0.0.1:" + port;
    }

    /// A connection for the methods below and for reads in tests; closed with the chain.
    public JsonRpc rpc() {
        return rpc;
    }

    public long processId() {
        return process.pid();
    }

    /// Makes blocks now.
    public void mine(int blocks) {
        rpc.call("anvil_mine", Blocks.quantity(blocks));
    }

    /// The same with so many seconds between them.
    public void mine(int blocks, int seconds) {
        rpc.call("anvil_mine", Blocks.quantity(blocks), Blocks.quantity(seconds));
    }

    /// Replaces the newest blocks by as many empty ones. Their transactions are gone: nobody sends
    /// them again unless their owners do. Not after {@link #restart()}: the program then forgets
    /// the code of its contracts.
    public void reorg(int depth) {
        rpc.call("anvil_reorg", depth, List.of());
    }

    /// Takes the newest blocks off without replacing them.
    public void rollback(int depth) {
        rpc.call("anvil_rollback", depth);
    }

    public void setMining(Mining how) {
        if (how instanceof Mining.Fast) {
            throw new IllegalArgumentException("a chain is fast from its start on or never");
        }
        mining = how;
        rpc.call("evm_setAutomine", how instanceof Mining.Instant);
        rpc.call("evm_setIntervalMining", how instanceof Mining.Every(int seconds) ? seconds : 0);
    }

    /// Moves the clock of the next block, and of all after it, by this much.
    public void warp(Duration forward) {
        rpc.call("evm_increaseTime", forward.toSeconds());
    }

    /// The timestamp of the next block, in seconds.
    public void nextTimestamp(long epochSecond) {
        rpc.call("evm_setNextBlockTimestamp", epochSecond);
    }

    public void nextBaseFee(Wei perGas) {
        rpc.call("anvil_setNextBlockBaseFeePerGas", "0x" + perGas.value().toString(16));
    }

    /// Throws a waiting transaction away, as a node under pressure does.
    public void drop(Bytes32 transaction) {
        rpc.call("anvil_dropTransaction", "0x" + transaction);
    }

    /// Hands a transaction to the node without a manager: for tests, and for those who play a
    /// cheat. Its nonce follows what the node knows of the account, its fee is generous.
    public Bytes32 send(Wallet wallet, Intent intent) {
        String account = wallet.address().toString();
        long nonce = rpc.call("eth_getTransactionCount", account, "pending").quantity();
        Wallet.Fee fee = FeePolicy.market(rpc, tip()).offer();
        Eip1559 transaction =
                new Eip1559(
                        CHAIN_ID,
                        nonce,
                        fee,
                        intent.gasLimit(),
                        intent.to(),
                        intent.value(),
                        intent.data());
        CallData raw = wallet.sign(transaction).raw();
        return rpc.call("eth_sendRawTransaction", Hex.format(raw.expose())).hash();
    }

    /// What became of a transaction, once a block holds it.
    public Optional<TransactionStatus.Receipt> receipt(Bytes32 transaction) {
        return rpc.call("eth_getTransactionReceipt", "0x" + transaction)
                .optional()
                .map(answer -> TransactionStatus.Receipt.read(answer, 0, BigInteger.ZERO));
    }

    /// Sends, makes one block if the chain mines by command only, and gives the receipt.
    public TransactionStatus.Receipt execute(Wallet wallet, Intent intent) {
        Bytes32 hash = send(wallet, intent);
        if (mining instanceof Mining.Manual) {
            mine(1);
        }
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < end) {
            // A receipt may lag behind its block.
            Optional<TransactionStatus.Receipt> receipt = receipt(hash);
            if (receipt.isPresent()) {
                return receipt.get();
            }
        }
        throw LedgerException.unreachable("no block of the local chain took a transaction");
    }

    public Wei balance(Address account) {
        return new Wei(rpc.call("eth_getBalance", account.toString(), "latest").number());
    }

    public Header tip() {
        return Blocks.byNumber(rpc, "latest");
    }

    /// Ends the process; the chain survives in a file until {@link #restart()} or close.
    public void stop() {
        rpc.close();
        ChildProcess.stop(process);
        await(process);
    }

    /// Starts again on the same port, with the blocks and transactions of before.
    public void restart() throws IOException {
        process = launch(port);
        rpc = JsonRpc.open(httpUrl());
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook runs anyway.
            return;
        }
        deleteFiles();
    }

    private Process launch(int wantedPort) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of("--host", "127.0.0.1", "--port", "" + wantedPort));
        command.addAll(List.of("--accounts", "1", "--balance", "0"));
        command.addAll(List.of("--state", directory.resolve("state.json").toString()));
        command.add("--preserve-historical-states");
        switch (mining) {
            case Mining.Instant _ -> {}
            case Mining.Every(int seconds) -> command.addAll(List.of("--block-time", "" + seconds));
            case Mining.Fast(double seconds) ->
                    command.addAll(List.of("--block-time", "" + seconds));
            case Mining.Manual _ -> command.add("--no-mining");
        }
        Process started = ChildProcess.start(new ProcessBuilder(command).redirectErrorStream(true));
        port = listeningPort(started);
        return started;
    }

    /// Reads the port it says, then goes on reading so that it never blocks on a full pipe.
    private static int listeningPort(Process started) throws IOException {
        CompletableFuture<Integer> found = new CompletableFuture<>();
        Loop.CHAIN_OUTPUT
                .thread(
                        "anvil output",
                        () -> {
                            String trouble = "";
                            try (BufferedReader out = started.inputReader()) {
                                for (String line = out.readLine();
                                        line != null;
                                        line = out.readLine()) {
                                    Matcher matcher = LISTENING.matcher(line);
                                    if (matcher.find()) {
                                        found.complete(Integer.valueOf(matcher.group(1)));
                                    }
                                    trouble = line.contains("error") ? line : trouble;
                                }
                            } catch (IOException e) {
                                trouble = String.valueOf(e.getMessage());
                            }
                            found.completeExceptionally(new IOException("anvil ended: " + trouble));
                        })
                .start();
        try {
            return found.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the local chain did not start: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            ChildProcess.kill(started);
            throw new IOException("the local chain did not start within 20 s", e);
        } catch (InterruptedException e) {
            ChildProcess.kill(started);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the local chain started", e);
        }
    }

    private void fund() {
        for (int i = 0; i < ACCOUNTS; i++) {
            String account = wallet(i).address().toString();
            rpc.call("anvil_setBalance", account, "0x" + FUNDS.toString(16));
        }
    }

    private void abandon() {
        ChildProcess.kill(process);
        await(process);
        deleteFiles();
    }

    private static void await(Process process) {
        try {
            if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                ChildProcess.kill(process);
            }
        } catch (InterruptedException e) {
            ChildProcess.kill(process);
            Thread.currentThread().interrupt();
        }
    }

    private void deleteFiles() {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the local chain's files in " + directory + " could not be removed", e);
        }
    }
}
