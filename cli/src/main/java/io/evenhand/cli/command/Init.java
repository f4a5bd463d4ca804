package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.Config;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Home;
import io.evenhand.cli.Passphrase;
import io.evenhand.cli.Shell;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Hex;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand init`: identity, wallet and configuration of a new node.
@Command(
        name = "init",
        description = {
            "Make identity, wallet and configuration in the data directory.",
            "The key file is readable by its owner only; with a passphrase it is encrypted too.",
            "Nobody can restore it for you: keep a copy."
        },
        footer = {"", "Example:", "  evenhand init --home ~/.evenhand --passphrase"})
public final class Init implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--passphrase",
            description =
                    "Encrypt the key file with a passphrase that is asked for on the terminal.")
    private boolean encrypt;

    @Option(
            names = "--passphrase-fd",
            paramLabel = "N",
            description = "Encrypt it with the passphrase that file descriptor N gives.")
    private Optional<Integer> descriptor = Optional.empty();

    @Option(
            names = "--wallet-fd",
            paramLabel = "N",
            description = "Use the wallet key (64 hex digits) that file descriptor N gives.")
    private Optional<Integer> walletDescriptor = Optional.empty();

    public Init(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Home home = shell.home();
        if (Files.exists(home.configFile())) {
            throw new CliException(
                    ExitCode.STORAGE,
                    home + " is initialised already; keep it, or choose another with --home");
        }
        NodeKeys keys = keys(home);
        new Config(Optional.empty()).save(home.configFile());
        Address wallet = new Wallet(keys.wallet()).address();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("home", home.toString());
        fields.put("identity", keys.identity().party().toString());
        fields.put("wallet", wallet.toString());
        String there = " --home " + home;
        boolean locked = encrypt || descriptor.isPresent();
        fields.put("encrypted", locked);
        shell.output()
                .summary(
                        fields,
                        "data directory  %s%nidentity        %s%nwallet          %s%n%s%n%s"
                                .formatted(
                                        home,
                                        keys.identity().party(),
                                        wallet,
                                        locked
                                                ? ""
                                                : "keys            not encrypted: whoever copies "
                                                        + DataDirectory.identityFile(
                                                                home.directory())
                                                        + " has the wallet (--passphrase)\n",
                                        "A stamper needs no coins and no chain: evenhand stamper"
                                                + there
                                                + "\nA customer or provider does: send the wallet"
                                                + " coins for gas and wages, then\nevenhand deploy"
                                                + there
                                                + " --rpc URL"));
        return ExitCode.OK.code();
    }

    private NodeKeys keys(Home home) {
        SecureRandom random = new SecureRandom();
        Path file = DataDirectory.identityFile(home.directory());
        // Taking the directory also makes it, for its owner only.
        try (DataDirectory _ = DataDirectory.hold(home.directory())) {
            Optional<Secret32> wallet = walletDescriptor.map(Init::walletKey);
            Optional<char[]> passphrase =
                    encrypt || descriptor.isPresent()
                            ? Optional.of(Passphrase.choose(descriptor))
                            : Optional.empty();
            try {
                return wallet.isPresent()
                        ? NodeKeys.create(file, wallet.get(), passphrase, random)
                        : NodeKeys.create(file, passphrase, random);
            } finally {
                passphrase.ifPresent(chars -> Arrays.fill(chars, '\0'));
            }
        }
    }

    private static Secret32 walletKey(int descriptor) {
        char[] text = Passphrase.read(descriptor);
        try {
            Secret32 key = Secret32.of(Hex.parse(new String(text).strip(), Secret32.SIZE));
            Address _ = new Wallet(key).address();
            return key;
        } catch (MalformedException e) {
            // Its message would repeat the key.
            throw CliException.usage(
                    "the wallet key must be 64 hex digits, above 0 and below the order of"
                            + " secp256k1");
        } finally {
            Arrays.fill(text, '\0');
        }
    }
}
