package io.evenhand.kit.deal;

import io.evenhand.kit.value.Address;

/// The point lock for `pk = sk·G`: `a1` = address of sk·G, `a2` = address of (sk − 1/Gx)·G.
///
/// One address binds 160 bits, which two keys can share at a cost of 2^80; both together bind 320
/// (D12).
public record LockAddresses(Address a1, Address a2) {}
