package io.evenhand.node.store;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.delegation.DelegationRoles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Small values and an open store for tests.
final class StoreFixture {
    static final long NOW = 1_800_000_000L;
    static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(NOW));
    static final PartyId ALICE = new PartyId(number(0xa11ce));
    static final PartyId BOB = new PartyId(number(0xb0b));
    static final SessionKey SESSION = new SessionKey(DelegationRoles.PROVIDER, number(7));

    private StoreFixture() {}

    static Bytes32 number(long n) {
        return new Bytes32(0, 0, 0, n);
    }

    static Octets octets(String text) {
        return new Octets(text.getBytes(StandardCharsets.UTF_8));
    }

    static Store open(Path directory) {
        Path file = DataDirectory.identityFile(directory);
        NodeKeys keys =
                Files.exists(file)
                        ? NodeKeys.load(file, Optional.empty())
                        : NodeKeys.create(file, Optional.empty(), new SecureRandom());
        return Store.open(directory, keys, CLOCK);
    }
}
