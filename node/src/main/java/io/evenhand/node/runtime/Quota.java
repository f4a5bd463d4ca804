package io.evenhand.node.runtime;

import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionTable;
import io.evenhand.node.transport.Refused;

/// How many exchanges may be open at a time: each of them costs disk, and a thread now and then.
///
/// @param all of everybody together
/// @param each of one peer
record Quota(int all, int each) {
    /// Far more than one operator's machine works on; a peer that needs more asks again later.
    static final Quota DEFAULT = new Quota(256, 32);

    void check(SessionTable sessions, Role role, PartyId peer) throws Refused {
        if (sessions.countOpen(role) >= all) {
            throw new Refused(Refused.Kind.BUSY, all + " exchanges are open here; try again later");
        }
        if (sessions.countOpen(role, peer) >= each) {
            throw new Refused(
                    Refused.Kind.BUSY,
                    each + " of your exchanges are open here; finish one or try again later");
        }
    }
}
