package io.evenhand.kit.sign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Secret32Test {
    @Test
    @DisplayName("a secret prints as stars, and what holds it prints no secret")
    void prints() {
        Secret32 secret = Secret32.random(new SecureRandom());
        assertEquals("***", secret.toString());
        Ed25519Identity identity = new Ed25519Identity(secret);
        assertEquals("identity " + identity.party(), identity.toString());
    }

    @Test
    @DisplayName("a secret has its own copy, and gives copies out")
    void copies() {
        byte[] bytes = new byte[32];
        Secret32 secret = Secret32.of(bytes);
        bytes[0] = 1;
        secret.expose()[1] = 1;
        assertArrayEquals(new byte[32], secret.expose());
    }

    @Test
    @DisplayName("secrets are equal by their bytes and hash alike")
    void equality() {
        Secret32 a = Secret32.of(new byte[32]);
        byte[] one = new byte[32];
        one[31] = 1;
        assertEquals(a, Secret32.of(new byte[32]));
        assertNotEquals(a, Secret32.of(one));
        assertEquals(a.hashCode(), Secret32.of(one).hashCode());
    }

    @Test
    @DisplayName("an erased secret is of no use")
    void erased() {
        Secret32 secret = Secret32.of(new byte[32]);
        secret.erase();
        assertThrows(IllegalStateException.class, secret::expose);
        assertThrows(IllegalStateException.class, () -> secret.equals(Secret32.of(new byte[32])));
        assertEquals("***", secret.toString());
    }

    @Test
    @DisplayName("a secret has 32 bytes")
    void size() {
        assertThrows(IllegalArgumentException.class, () -> Secret32.of(new byte[31]));
        assertThrows(IllegalArgumentException.class, () -> Secret32.of(new byte[33]));
    }
}
