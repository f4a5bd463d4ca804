package io.evenhand.node.store;

import io.evenhand.kit.value.Bytes32;

/// One exchange as one role sees it.
///
/// @param ref the customer's nonce, which names the exchange before its xid is known
public record SessionKey(Role role, Bytes32 ref) {
    @Override
    public String toString() {
        return role.text() + " " + ref.toString().substring(0, 8);
    }
}
