package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.ledger.evm.LocalChain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// 10a: nobody offers work for a price at which it would show no key.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServicePriceTest {
    private Path folder = Path.of("");
    private LocalChain chain;

    @BeforeAll
    void prepare(@TempDir Path directory) throws Exception {
        folder = directory;
        chain = LocalChain.start(new LocalChain.Mining.Every(1));
        try (Typed init = typed("init")) {
            String wallet = init.await("summary").path("wallet").asText();
            var _ = chain.rpc().call("anvil_setBalance", wallet, "0xde0b6b3a7640000");
        }
        try (Typed deploy = typed("deploy", "--rpc", chain.httpUrl())) {
            assertEquals(0, deploy.exit(), deploy.errors());
        }
    }

    @AfterAll
    void stop() {
        chain.close();
    }

    private Typed typed(String... words) throws Exception {
        return new Typed(folder.resolve("home"), List.of(words));
    }

    private Path priced(String price) throws Exception {
        return Files.writeString(
                folder.resolve("service.yaml"),
                """
                name: sort
                about: sorts
                price: %s
                command: ["sort", "-o", "{output}", "{input}"]
                limits: { inputBytes: 10, workBytes: 10, seconds: 60, attempts: 1 }
                policies: [size]
                """
                        .formatted(price));
    }

    @Test
    @DisplayName(
            "a provider with too small a price does not start, and doctor says what to ask for")
    void tooLittle() throws Exception {
        Path service = priced("1 gwei");
        Path invite = folder.resolve("s.invite");
        try (Typed stamper = new Typed(folder.resolve("stamper"), List.of("init"))) {
            assertEquals(0, stamper.exit(), stamper.errors());
        }
        try (Typed stamper =
                new Typed(folder.resolve("stamper"), List.of("stamper", "--listen=127.0.0.1:0"))) {
            Files.writeString(invite, stamper.await("listening").path("invite").asText());
            try (Typed provider =
                    typed(
                            "provider",
                            service.toString(),
                            "--listen=127.0.0.1:0",
                            "--operator=third",
                            "--stamper=@" + invite)) {
                assertEquals(2, provider.exit(), provider.errors());
                assertEquals(1, provider.errors().strip().lines().count(), provider.errors());
                assertTrue(provider.errors().contains("no key is shown"), provider.errors());
            }
        }
        try (Typed doctor = typed("doctor", service.toString())) {
            assertEquals(1, doctor.exit(), doctor.said());
            assertTrue(doctor.said().contains("1000000000 wei is too little"), doctor.said());
        }
    }

    @Test
    @DisplayName("the examples' prices are worth their gas")
    void examples() throws Exception {
        Path root = Path.of("..").toRealPath();
        try (Stream<Path> examples = Files.list(root.resolve("examples"))) {
            for (Path each : examples.toList()) {
                Path file = each.resolve("provider.yaml");
                if (Files.exists(file)) {
                    try (Typed doctor = typed("doctor", file.toString())) {
                        int _ = doctor.exit();
                        assertTrue(doctor.said().contains("is worth its gas"), doctor.said());
                    }
                }
            }
        }
    }
}
