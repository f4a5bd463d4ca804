package io.evenhand.demo.stage;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.CallData;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Contracts of cheaters, from `contracts/cheats`.
public enum HostileCode {
    LOOK_ALIKE("LookAlike"),
    REENTERER("Reenterer"),
    REFUSER("Refuser");

    private static final long DEPLOY_GAS = 1_500_000;

    private final String file;

    HostileCode(String file) {
        this.file = file;
    }

    /// Puts it on the chain; an outsider pays.
    public Address deploy(LocalChain chain) throws IOException {
        return create(chain, code(), Wei.ZERO).created().orElseThrow();
    }

    private byte[] code() throws IOException {
        try (InputStream in = HostileCode.class.getResourceAsStream(file + ".bin")) {
            if (in == null) {
                throw new IOException(file + ".bin is not in this program");
            }
            return Hex.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
        }
    }

    /// Creates a contract that is given `value`.
    public static Receipt create(LocalChain chain, byte[] code, Wei value) {
        return chain.execute(
                DemoNet.stranger(),
                new Intent(
                        "cheat:create",
                        Optional.empty(),
                        CallData.of(code),
                        value,
                        DEPLOY_GAS,
                        Wei.parse("1 eth"),
                        Intent.ANY_TIME,
                        false));
    }
}
