package io.evenhand.node.metered;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.metered.message.ChannelMessages;
import java.util.List;

/// The roles of a metered exchange.
public final class MeteredRoles {
    public static final Role REQUESTER = new Role(ChannelMessages.PROTOCOL, "requester");
    public static final Role NODE = new Role(ChannelMessages.PROTOCOL, "node");

    public static final List<Role> ALL = List.of(REQUESTER, NODE);

    /// The alarms that a node with these roles may raise.
    public static final List<Class<? extends Alarm>> ALARMS =
            List.of(NodeAlarm.class, ChainAlarm.class);

    /// What an invite calls a node that computes.
    public static final String SERVICE = "NODE";

    private static final String ROUNDS = "rounds:";

    private MeteredRoles() {}

    /// What an invite calls a node: the port of its rounds is told in it.
    public static String name(int roundsPort) {
        return ROUNDS + roundsPort;
    }

    /// @throws MalformedException if the invite is not of a node that computes
    public static int roundsPort(String name) {
        String port = name.startsWith(ROUNDS) ? name.substring(ROUNDS.length()) : "";
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new MalformedException("this invite names no port for rounds");
        }
        return Integer.parseInt(port);
    }
}
