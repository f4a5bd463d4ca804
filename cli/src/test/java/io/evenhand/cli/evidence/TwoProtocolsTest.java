package io.evenhand.cli.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.CliException;
import io.evenhand.cli.evidence.delegation.DelegationReport;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.evidence.Conclusion;
import io.evenhand.kit.evidence.EvidenceFormat;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.protocols.delegation.evidence.Evidence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A second protocol, a signed promise, is verified once it is in the list; nothing else knows it.
class TwoProtocolsTest {
    private static final Ed25519Identity PROMISER =
            new Ed25519Identity(Secret32.of(new byte[Secret32.SIZE]));

    private static final RealCrypto CRYPTO =
            new RealCrypto(
                    PROMISER,
                    handle -> {
                        throw new IllegalStateException(handle + ": no secrets here");
                    });

    private static final List<EvidenceReport<?>> BOTH =
            List.of(new DelegationReport(), new PromiseReport());

    @TempDir Path folder = Path.of("");

    record Promise(PartyId by, Bytes32 exchange, String text) implements Statement {
        @Override
        public String type() {
            return "promise/promise";
        }
    }

    record Signed(Promise promise, Signature signature) {}

    private enum Kind implements Finding.Kind {
        PROMISED
    }

    private enum Outcome implements Conclusion.End {
        GIVEN;

        @Override
        public String text() {
            return "a promise was given";
        }

        @Override
        public Conclusion.Ending ending() {
            return Conclusion.Ending.UNDONE;
        }
    }

    private record Proof(Signed signed, List<Finding> findings) implements Conclusion {
        @Override
        public Bytes32 exchange() {
            return signed.promise().exchange();
        }

        @Override
        public Optional<Xid> xid() {
            return Optional.of(new Xid(signed.promise().exchange()));
        }

        @Override
        public PartyId keeper() {
            return signed.promise().by();
        }

        @Override
        public Map<String, PartyId> parts() {
            return Map.of("promiser", signed.promise().by());
        }

        @Override
        public Outcome outcome() {
            return Outcome.GIVEN;
        }

        @Override
        public String summary() {
            return "The promiser promised: " + signed.promise().text();
        }

        @Override
        public List<String> notProven() {
            return List.of("That the promise is kept.");
        }

        @Override
        public List<String> assumptions() {
            return List.of("Signatures cannot be forged.");
        }

        @Override
        public Conclusion without(List<Finding> denied) {
            return new Proof(
                    signed, findings.stream().filter(one -> !denied.contains(one)).toList());
        }
    }

    private static final class PromiseFormat implements EvidenceFormat<Signed> {
        @Override
        public String entry() {
            return "evidence/promise-1.cbor";
        }

        @Override
        public Class<Signed> document() {
            return Signed.class;
        }

        @Override
        public PartyId keeper(Signed document) {
            return document.promise().by();
        }
    }

    private static final class PromiseReport implements EvidenceReport<Signed> {
        @Override
        public EvidenceFormat<Signed> format() {
            return new PromiseFormat();
        }

        @Override
        public String about() {
            return "a promise";
        }

        @Override
        public List<Exchange> exchanges(
                Crypto crypto, List<Signed> documents, Optional<Path> work) {
            return documents.stream().map(signed -> exchange(proof(crypto, signed))).toList();
        }

        private static Proof proof(Crypto crypto, Signed signed) {
            Promise promise = signed.promise();
            if (!crypto.verify(promise.by(), promise, signed.signature())) {
                throw new MalformedException("promise: not signed");
            }
            return new Proof(
                    signed,
                    List.of(
                            Finding.of(
                                    Kind.PROMISED,
                                    "The promiser promised: " + promise.text(),
                                    "signature of the promiser",
                                    "")));
        }

        private static Exchange exchange(Conclusion conclusion) {
            return new Exchange() {
                @Override
                public Conclusion conclusion() {
                    return conclusion;
                }

                @Override
                public ChainCheck check(JsonRpc node) {
                    throw new AssertionError("nobody asked for a chain");
                }

                @Override
                public Map<String, String> glance() {
                    return Map.of("Given to", "everybody");
                }

                @Override
                public Map<String, String> identifiers() {
                    return Map.of("promiser", conclusion.keeper().toString());
                }
            };
        }
    }

    private static Signed signed() {
        Promise promise = new Promise(PROMISER.party(), new Bytes32(1, 2, 3, 4), "rain tomorrow");
        return new Signed(promise, PROMISER.sign(promise));
    }

    private Path file(String name, Bundle bundle) throws IOException {
        return Files.write(folder.resolve(name), bundle.toByteArray());
    }

    private static Reading read(List<EvidenceReport<?>> reports, Path... files)
            throws IOException, InterruptedException {
        return Reading.of(reports, CRYPTO, List.of(files), Optional.empty(), Optional.empty());
    }

    private static String page(Reading reading) {
        return HtmlPage.of(reading, Instant.EPOCH, "Evenhand");
    }

    @Test
    @DisplayName(
            "a bundle is read by the protocol that its entry names, in each form of the report")
    void registered() throws IOException, InterruptedException {
        Reading reading = read(BOTH, file("a.asice", new PromiseFormat().bundle(signed())));
        assertTrue(reading.valid(), reading.refused().toString());
        assertTrue(reading.exchanges().getFirst().conclusion().proves(Kind.PROMISED));
        String page = page(reading);
        for (String said :
                List.of(
                        "On a promise. Checked on",
                        "<th scope=\"row\">Given to</th><td>everybody",
                        "<th scope=\"row\">Promiser</th><td>key",
                        "The promiser promised: rain tomorrow",
                        "<span class=\"kind\">PROMISED</span>")) {
            assertTrue(page.contains(said), said + " in\n" + page);
        }
        assertFalse(page.contains("delegation"), page);
        assertTrue(String.join("\n", Plain.lines(reading)).contains("[PROMISED] rests on"));
        List<String> types = new ArrayList<>();
        JsonForm.events(reading, (type, _) -> types.add(type));
        assertEquals(List.of("bundle", "claim", "notProven", "assumption", "conclusion"), types);
        assertEquals("given", JsonForm.summary(reading).get("outcome"));
    }

    @Test
    @DisplayName("what its protocol refuses is refused")
    void forged() throws IOException, InterruptedException {
        Promise other = new Promise(PROMISER.party(), new Bytes32(1, 2, 3, 4), "sun tomorrow");
        Signed forged = new Signed(other, signed().signature());
        Reading reading = read(BOTH, file("a.asice", new PromiseFormat().bundle(forged)));
        assertEquals(Optional.of("promise: not signed"), reading.refused());
        assertTrue(page(reading).contains("On a promise. Checked on"));
    }

    @Test
    @DisplayName("evidence of a protocol that is not in the list is refused by its name")
    void unknown() throws IOException, InterruptedException {
        Reading reading =
                read(
                        List.of(new DelegationReport()),
                        file("a.asice", new PromiseFormat().bundle(signed())));
        assertEquals(
                Optional.of(
                        "a.asice: the bundle holds evidence/promise-1.cbor, evidence of a protocol"
                                + " that this program does not know; it reads"
                                + " evidence/delegation-2.cbor"),
                reading.refused());
        String page = page(reading);
        assertFalse(page.contains("On the delegation"), page);
        assertTrue(page.contains("is not evidence that can be read here"), page);
    }

    @Test
    @DisplayName("another version of the second protocol is refused as such, with what is read")
    void otherVersion() throws IOException, InterruptedException {
        byte[] any = "whatever".getBytes(StandardCharsets.US_ASCII);
        Bundle bundle =
                Bundle.of(
                        Map.of(
                                "another-entry",
                                any,
                                "evidence/promise-7.cbor",
                                Records.encode(signed())));
        assertEquals(
                Optional.of(
                        "a.asice: written by another version of the program"
                                + " (evidence/promise-7.cbor); this one reads"
                                + " evidence/promise-1.cbor"),
                read(BOTH, file("a.asice", bundle)).refused());
    }

    @Test
    @DisplayName("one bundle with the evidence of two protocols is refused")
    void both() throws IOException, InterruptedException {
        byte[] any = "whatever".getBytes(StandardCharsets.US_ASCII);
        Bundle bundle =
                Bundle.of(
                        Map.of(
                                Evidence.FORMAT.entry(),
                                any,
                                "evidence/promise-1.cbor",
                                Records.encode(signed())));
        String why = read(BOTH, file("a.asice", bundle)).refused().orElse("");
        assertTrue(why.contains("evidence of two protocols"), why);
    }

    @Test
    @DisplayName("bundles of two protocols are verified one after the other, not together")
    void together() throws IOException {
        Path promise = file("promise.asice", new PromiseFormat().bundle(signed()));
        Path other =
                file(
                        "other.asice",
                        Bundle.of(Map.of(Evidence.FORMAT.entry(), Records.encode(signed()))));
        CliException refused = assertThrows(CliException.class, () -> read(BOTH, promise, other));
        String why = String.valueOf(refused.getMessage());
        assertTrue(why.contains("other.asice is evidence about the delegation"), why);
        assertTrue(why.contains("before it about a promise"), why);
    }
}
