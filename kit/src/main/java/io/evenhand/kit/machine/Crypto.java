package io.evenhand.kit.machine;

/// All that a protocol with statements, seals and point locks computes and checks: small, pure and
/// synchronous. It signs nothing; that is {@link Signing}.
///
/// It is real in the node (`RealCrypto`) and symbolic in the explorer, where a 32-byte value is the
/// fingerprint of a term; the machines cannot tell the difference. A protocol that needs less takes
/// the single ports, and another kind of lock becomes a port beside these, not a method here.
public interface Crypto extends Verification, Seals, PointLocks {}
