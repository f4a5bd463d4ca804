package io.evenhand.node.delegation;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.DelegationAlarm;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import java.util.List;
import java.util.Locale;

/// The roles of a delegation.
public final class DelegationRoles {
    public static final Role CUSTOMER = new Role(DelegationMessages.PROTOCOL, "customer");
    public static final Role PROVIDER = new Role(DelegationMessages.PROTOCOL, "provider");
    public static final Role STAMPER = new Role(DelegationMessages.PROTOCOL, "stamper");

    public static final List<Role> ALL = List.of(CUSTOMER, PROVIDER, STAMPER);

    /// The alarms that a node with these roles may raise.
    public static final List<Class<? extends Alarm>> ALARMS =
            List.of(NodeAlarm.class, ChainAlarm.class, DelegationAlarm.class);

    private DelegationRoles() {}

    /// What an invite calls the server of a role.
    public static String service(Role role) {
        return role.part().toUpperCase(Locale.ROOT);
    }

    /// To switch over.
    public enum Part {
        CUSTOMER,
        PROVIDER,
        STAMPER
    }

    /// The part of a role of a delegation; of no other.
    public static Part part(Role role) {
        if (!ALL.contains(role)) {
            throw new IllegalArgumentException(role + " is no role of a delegation");
        }
        return Part.valueOf(role.part().toUpperCase(Locale.ROOT));
    }
}
