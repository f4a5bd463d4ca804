package io.evenhand.kit.sign;

/// Something a party signs: a record with a registered type.
///
/// What is signed is `"fx1" ‖ 0 ‖ type ‖ 0 ‖ SHA-256(canonical CBOR of the record)`; no two kinds
/// share a type.
public interface Statement {
    /// The registered name, such as `deleg/stamp`.
    String type();
}
