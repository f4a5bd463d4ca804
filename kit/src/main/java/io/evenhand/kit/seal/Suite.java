package io.evenhand.kit.seal;

/// How the key of a seal is made.
public enum Suite {
    /// HPKE over secp256k1 (DHKEM 0x0016, PSK mode): opened by the scalar that claims the wage.
    SECP256K1
}
