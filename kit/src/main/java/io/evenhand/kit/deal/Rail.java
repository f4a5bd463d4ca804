package io.evenhand.kit.deal;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;

/// Where the wage sits: chain, escrow contract and the keccak-256 of the code that must stand there
/// (D17).
public record Rail(long chainId, Address contract, Bytes32 codeHash) {}
