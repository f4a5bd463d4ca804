package io.evenhand.demo.delegation.cheat;

import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.node.store.KeyStore;
import java.nio.file.Path;

/// What a wrapper around a party's machine is given.
///
/// @param crypto the party's own: what it signs is not recorded with the honest statements
/// @param keys the party's own secrets, and new ones
/// @param home the party's data directory
/// @param said says, on the party's event stream, that it cheated now
/// @param argument what the script prepared for it, such as an address; else empty
public record CheatTools(RealCrypto crypto, KeyStore keys, Path home, Said said, String argument) {
    /// Says that the cheat really happened.
    @FunctionalInterface
    public interface Said {
        void cheated(String what);
    }
}
