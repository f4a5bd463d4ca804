package io.evenhand.demo;

import io.evenhand.cli.Shell;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.demo.command.DemoProtocol;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.store.Role;
import java.time.InstantSource;
import java.util.List;

/// The hooks of all protocols for the parties of this process: a role gets those of its own
/// protocol.
record ProtocolHooks(List<DemoProtocol> protocols) implements PartyHooks {
    @Override
    public <S, I, E> MachineDecorator<S, I, E> around(Role role, Shell shell) {
        return of(role).around(role, shell);
    }

    @Override
    public InstantSource clock(Role role) {
        return of(role).clock(role);
    }

    private PartyHooks of(Role role) {
        return protocols.stream()
                .filter(protocol -> protocol.name().equals(role.protocol()))
                .findFirst()
                .map(DemoProtocol::hooks)
                .orElse(NONE);
    }
}
