package io.evenhand.kit.machine;

import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import java.util.Optional;

/// What a chain of keys, one for each paid round, opens (spec-metered A20, A7, F12, H).
///
/// The psk is known to requester and enclave alone; a round's key k alone opens nothing.
public interface RoundKeys {
    /// The name of a state in a round: HMAC-SHA256(HKDF(psk, "fx/meter/state"), u64(round) ‖
    /// state). Who has no psk cannot test a guess.
    Bytes32 stateId(KeyId psk, int round, Octets state);

    /// HMAC-SHA256(HKDF(psk, "fx/meter/statement"), signable bytes).
    Bytes32 mac(KeyId psk, Statement statement);

    /// SHA-256(k).
    Bytes32 lockOf(Bytes32 k);

    /// The key before this one: SHA-256("fx/chain" ‖ k).
    Bytes32 keyBefore(Bytes32 k);

    /// Opens what was sealed for one statement.
    ///
    /// @param info hash that the seal is bound to
    /// @return empty if it is not genuine
    Optional<Octets> open(KeyId psk, Bytes32 k, Bytes32 info, Octets sealed);

    /// Seals with a key that no other plaintext gets: AES-256-GCM under HKDF(salt k, ikm psk,
    /// info), nonce 0. Deterministic.
    Octets seal(KeyId psk, Bytes32 k, Bytes32 info, Octets plain);

    /// SHA-256 of bytes.
    Bytes32 digest(Octets bytes);
}
