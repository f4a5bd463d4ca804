package io.evenhand.kit.sign;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.util.List;

/// Something a party signs: a record with a registered type.
///
/// What is signed is `"fx1" ‖ 0 ‖ type ‖ 0 ‖ SHA-256(canonical CBOR of the record)`; no two kinds
/// share a type.
///
/// A signer makes one statement for each exchange, slot and type, and never another one in its
/// place (16g); but for types that are replaced by newer ones, see {@link Place.Rising}.
public interface Statement {
    /// The registered name, such as `deleg/stamp`.
    String type();

    /// The exchange it belongs to, by its id, or by a nonce of it where the id is not known yet.
    Bytes32 exchange();

    /// Which of several of this type in one exchange, such as a round.
    default int slot() {
        return 0;
    }

    /// What it excludes.
    default Place place() {
        return new Place.Once(slot());
    }

    /// Keys that no other statement of this signer's node may ever name, in this exchange or
    /// another.
    default List<PublicKey> namedOnce() {
        return List.of();
    }
}
