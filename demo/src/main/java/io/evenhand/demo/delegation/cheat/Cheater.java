package io.evenhand.demo.delegation.cheat;

import io.evenhand.node.store.Role;
import java.util.Locale;

/// Who cheats.
public enum Cheater {
    CUSTOMER,
    PROVIDER,
    STAMPER,
    /// Somebody who is no party.
    STRANGER,
    /// The node through which a party sees the chain.
    NODE,
    /// An accident: a crash, a fee spike, a reorg.
    NOBODY;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean is(Role role) {
        return text().equals(role.part());
    }
}
