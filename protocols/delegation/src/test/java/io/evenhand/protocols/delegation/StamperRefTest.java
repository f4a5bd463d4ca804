package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.message.StamperRef;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StamperRefTest {
    private static StamperRef at(String endpoint) {
        return new StamperRef(
                new PartyId(Bytes32.ZERO), StamperRef.Operator.THIRD, "software", endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:1",
                "LOCALHOST:7202",
                "localhost.:1",
                "127.0.0.1:1",
                "127.9.9.9:1",
                "::1:7202",
                "0:0:0:0:0:0:0:1:7202",
                "::ffff:127.0.0.1:1"
            })
    @DisplayName("an address of the own machine, however it is written")
    void loopback(String endpoint) {
        assertTrue(at(endpoint).isOnLoopback());
        assertTrue(at(endpoint).hasAddress());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"stamper.example:1", "128.0.0.1:1", "localhost.example:1", "fe80::1:7202"})
    @DisplayName("an address of another machine")
    void elsewhere(String endpoint) {
        assertFalse(at(endpoint).isOnLoopback());
        assertTrue(at(endpoint).hasAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":1", "h", "h:", "h:0", "h:65536", "h:1x", "a b:1", "h:1\n"})
    @DisplayName("no address at all")
    void none(String endpoint) {
        assertFalse(at(endpoint).hasAddress());
        assertFalse(at(endpoint).isOnLoopback());
    }
}
