package io.evenhand.cli.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.message.StamperRef;
import io.evenhand.protocols.delegation.message.StamperRef.Operator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StampersTest {
    private static final PartyId PROVIDER = new PartyId(Bytes32.parse("11".repeat(32)));
    private static final PartyId STAMPER = new PartyId(Bytes32.parse("22".repeat(32)));

    private static List<String> warnings(PartyId key, String endpoint, String host) {
        return Stampers.warnings(
                new StamperRef(key, Operator.THIRD, "software", endpoint), PROVIDER, host);
    }

    @Test
    @DisplayName("a stamper on the provider's host, on the loopback or with its key is said aloud")
    void warned() {
        assertEquals(List.of(), warnings(STAMPER, "s.example:7202", "p.example"));
        assertTrue(
                warnings(STAMPER, "P.example:7202", "p.example")
                        .getFirst()
                        .contains("on the provider's own host, p.example"));
        assertTrue(
                warnings(STAMPER, "127.0.0.1:7202", "p.example").getFirst().contains("loopback"));
        assertTrue(
                warnings(PROVIDER, "s.example:7202", "p.example")
                        .getFirst()
                        .contains("the provider's own key"));
    }

    @Test
    @DisplayName("who runs it is the provider's own word")
    void operator() {
        for (Operator operator : Operator.values()) {
            StamperRef stamper = new StamperRef(STAMPER, operator, "software", "s.example:1");
            assertTrue(Stampers.operator(stamper).startsWith("by the provider's own word"));
        }
    }
}
