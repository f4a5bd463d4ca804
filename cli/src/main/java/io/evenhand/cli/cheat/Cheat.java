package io.evenhand.cli.cheat;

import io.evenhand.kit.codec.MalformedException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The ways to cheat that the demo knows, and what stops each.
public enum Cheat {
    UNDERPAY(
            Cheater.CUSTOMER,
            "the customer deposits half the wage and says it deposited all of it",
            "the provider reads every field of the deposit before it shows its key (D17); the"
                    + " customer gets its half back at claimBy"),
    CUSTOMER_VANISHES(
            Cheater.CUSTOMER,
            "the customer takes the sealed work and never funds the deal",
            "without the key the seal opens nothing (D14); the provider loses its effort, not its work"),
    WRONG_KEY(
            Cheater.PROVIDER,
            "the provider claims the wage with a key that does not open the seal",
            "the contract pays only for the secret behind both addresses of the lock (D12); the"
                    + " wage goes back at claimBy"),
    PROVIDER_VANISHES(
            Cheater.PROVIDER,
            "the provider never shows its key",
            "from claimBy on the customer takes its wage back (R5)"),
    JUNK_CIPHERTEXT(
            Cheater.PROVIDER,
            "the provider delivers other ciphertext than the one that was stamped",
            "the stamp names one sealId, which commits to every byte of the ciphertext (D7, D16);"
                    + " the customer never funds"),
    MEMPOOL_COPY(
            Cheater.STRANGER,
            "a stranger copies the claim from the mempool and has it mined first",
            "the payee is fixed at the deposit (D8): whoever sends the key, the provider is paid");

    /// Who cheats.
    public enum Cheater {
        CUSTOMER,
        PROVIDER,
        STRANGER
    }

    private final Cheater cheater;
    private final String about;
    private final String stoppedBy;

    Cheat(Cheater cheater, String about, String stoppedBy) {
        this.cheater = cheater;
        this.about = about;
        this.stoppedBy = stoppedBy;
    }

    public Cheater cheater() {
        return cheater;
    }

    public String about() {
        return about;
    }

    public String stoppedBy() {
        return stoppedBy;
    }

    /// As users write it: `customer-vanishes`.
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Cheat parse(String title) {
        return Arrays.stream(values())
                .filter(cheat -> cheat.title().equals(title))
                .findFirst()
                .orElseThrow(() ->
                        new MalformedException(
                                "no cheat is called \""
                                        + title
                                        + "\"; there are "
                                        + Arrays.stream(values())
                                                .map(Cheat::title)
                                                .collect(Collectors.joining(", "))));
    }
}
