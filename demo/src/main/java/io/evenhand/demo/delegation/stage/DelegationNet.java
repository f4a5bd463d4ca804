package io.evenhand.demo.delegation.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.demo.stage.DemoNet;
import io.evenhand.demo.stage.DemoScreen;
import io.evenhand.demo.stage.Party;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The demo's net with customer, provider and stamper on it, and the task that is delegated.
public final class DelegationNet extends DemoNet {
    public static final Wei WAGE = Wei.parse("0.01 eth");

    /// For the work. Nobody waits for it: a slow machine has all the time it wants, and a cheat
    /// that ends with a deadline moves the chain's clock on.
    public static final Duration DEADLINE = Duration.ofMinutes(30);

    /// Later than every deadline of an exchange whose work has that time.
    private static final Duration BEYOND = DEADLINE.multipliedBy(2);

    private static final int PROVIDER_ACCOUNT = 1;
    private static final int CUSTOMER_ACCOUNT = 2;

    private final DigitsTask task;
    private final Path service;
    private final Path policy;

    /// @param classifier what the provider works with
    /// @param shows which events of the parties show that the cheat was stopped
    public DelegationNet(
            DemoScreen screen,
            Path root,
            Path folder,
            Classifier classifier,
            Predicate<JsonNode> shows)
            throws IOException {
        super(screen, root, folder, shows);
        Path digits = root.resolve("examples/digits/digits.csv.gz");
        this.task = DigitsTask.prepare(digits, folder, new SecureRandom());
        this.service = folder.resolve("provider.yaml");
        Files.writeString(
                service,
                classifier.service(
                        Files.readString(root.resolve("examples/digits/provider.yaml"))));
        this.policy = folder.resolve("policy.yaml");
        Files.writeString(
                policy,
                "policy: accuracy\natLeast: 0.95\nhidden: " + task.hidden().getFileName() + "\n");
        setup().furnish(DelegationRoles.STAMPER, Optional.empty());
        setup().furnish(DelegationRoles.PROVIDER, Optional.of(PROVIDER_ACCOUNT));
        setup().furnish(DelegationRoles.CUSTOMER, Optional.of(CUSTOMER_ACCOUNT));
    }

    /// What the customer delegates.
    public DigitsTask task() {
        return task;
    }

    /// What the provider serves.
    public Path service() {
        return service;
    }

    /// What the work must satisfy.
    public Path policy() {
        return policy;
    }

    /// What the parties have in their homes.
    public PartyFiles files() {
        return new PartyFiles(setup());
    }

    /// A client of its own for the customer's wallet, beside the customer's process.
    public static Wallet customerWallet() {
        return LocalChain.wallet(CUSTOMER_ACCOUNT);
    }

    public static Wallet providerWallet() {
        return LocalChain.wallet(PROVIDER_ACCOUNT);
    }

    /// Starts a party that was killed: a server with the same command, a customer with `resume`.
    public Party restart(Role role) throws IOException, InterruptedException {
        return role.equals(DelegationRoles.CUSTOMER)
                ? parties().restart(role, List.of("resume"))
                : parties().restart(role);
    }

    /// The deposit is in a block.
    public void awaitDeposit() throws InterruptedException {
        JsonNode _ =
                parties()
                        .await(
                                DelegationRoles.CUSTOMER,
                                transaction("TransactionIncluded", "open"),
                                "fund");
    }

    /// A block took the customer's transaction of this kind, whether it succeeded or not.
    public void awaitTransaction(String kind) throws InterruptedException {
        JsonNode _ =
                parties()
                        .await(
                                DelegationRoles.CUSTOMER,
                                transaction("TransactionIncluded", kind)
                                        .or(transaction("TransactionFailed", kind)),
                                "have its " + kind + " in a block");
    }

    /// The chain's clock goes on beyond all deadlines of the exchange.
    ///
    /// @param which of them somebody waits for
    public void passBeyond(String which) {
        say("the chain's clock goes on by " + BEYOND.toMinutes() + " minutes: beyond " + which);
        chain().warp(BEYOND);
    }

    /// Once the cheat was stopped nothing more can happen but the end at a deadline.
    public void awaitStoppedAndPassBeyond(String which) throws InterruptedException {
        if (!transcript().awaitStopped(STEP_LIMIT)) {
            throw new CliException(ExitCode.FAILED, "nobody honest noticed the cheat");
        }
        passBeyond(which);
    }
}
