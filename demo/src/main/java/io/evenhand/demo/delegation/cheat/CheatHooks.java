package io.evenhand.demo.delegation.cheat;

import io.evenhand.cli.EventLines;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.delegation.MachineDecorator;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A cheat at work in the party that this process runs. The demo that started the process names it,
/// as `title` or `title=argument`.
public final class CheatHooks implements PartyHooks {
    /// Of the virtual machine: no option of a command, so that nobody finds it there.
    private static final String PROPERTY = "evenhand.cheat";

    private final String title;
    private final String argument;

    /// A step may be taken more than once; it is said once.
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    private CheatHooks(String cheat) {
        String[] words = cheat.split("=", 2);
        this.title = words[0];
        this.argument = words.length == 2 ? words[1] : "";
    }

    /// What has a party's process cheat, as an option of its virtual machine.
    ///
    /// @param argument what the script prepared for it; may be empty
    public static String option(Cheat cheat, String argument) {
        String title = cheat.description().title();
        return "-D%s=%s".formatted(PROPERTY, argument.isEmpty() ? title : title + "=" + argument);
    }

    /// Those of this process: none, unless a demo started it.
    public static PartyHooks ofProcess() {
        String cheat = System.getProperty(PROPERTY, "");
        return cheat.isEmpty() ? NONE : new CheatHooks(cheat);
    }

    @Override
    public MachineDecorator<CustomerState> customer(Shell shell) {
        Cheat cheat = Cheats.parse(title);
        return (honest, crypto, keys) ->
                cheat.customer(honest, tools(DelegationRoles.CUSTOMER, shell, crypto, keys));
    }

    @Override
    public MachineDecorator<ProviderState> provider(Shell shell) {
        Cheat cheat = Cheats.parse(title);
        return (honest, crypto, keys) ->
                cheat.provider(honest, tools(DelegationRoles.PROVIDER, shell, crypto, keys));
    }

    @Override
    public MachineDecorator<StamperState> stamper(Shell shell) {
        Cheat cheat = Cheats.parse(title);
        return (honest, crypto, keys) ->
                cheat.stamper(honest, tools(DelegationRoles.STAMPER, shell, crypto, keys));
    }

    @Override
    public InstantSource clock(Role role) {
        return Cheats.parse(title).clock(role);
    }

    private CheatTools tools(Role role, Shell shell, RealCrypto crypto, KeyStore keys) {
        Output output = shell.output();
        return new CheatTools(
                crypto, keys, shell.home().directory(), what -> say(role, output, what), argument);
    }

    private void say(Role role, Output output, String what) {
        if (!said.add(what)) {
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", "Cheated");
        fields.put("role", role.text());
        fields.put("what", what);
        synchronized (output) {
            output.event("event", fields, EventLines.indented("CHEAT: " + what));
        }
    }
}
