package io.evenhand.cli.cheat;

import io.evenhand.kit.machine.Crypto;

/// What a wrapper around a party's machine is given.
///
/// @param crypto the party's own: what it signs goes on no record of honest statements
/// @param said tells the audience, on the party's event stream, that it cheated now
/// @param prop what the stage directions prepared for it, such as an address; else empty
public record Wings(Crypto crypto, Said said, String prop) {
    /// Says that the cheat really happened.
    @FunctionalInterface
    public interface Said {
        void cheated(String what);
    }
}
