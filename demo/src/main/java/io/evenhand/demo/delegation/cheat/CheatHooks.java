package io.evenhand.demo.delegation.cheat;

import io.evenhand.cli.EventLines;
import io.evenhand.cli.Output;
import io.evenhand.cli.Screen;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.PartyHooks;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.MachineDecorator;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Puts a cheat around the party that this process runs. The demo that started the process names
/// it, as `title` or `title=argument`.
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

    /// Whoever asks knows of which types the machine of this role is; no type of Java says it.
    @Override
    @SuppressWarnings("unchecked")
    public <S, I, E> MachineDecorator<S, I, E> around(Role role, Shell shell) {
        return (MachineDecorator<S, I, E>) around(Cheats.parse(title), role, shell);
    }

    private MachineDecorator<?, Input, Effect> around(Cheat cheat, Role role, Shell shell) {
        return switch (DelegationRoles.part(role)) {
            case CUSTOMER -> decorator(cheat::customer, role, shell);
            case PROVIDER -> decorator(cheat::provider, role, shell);
            case STAMPER -> decorator(cheat::stamper, role, shell);
        };
    }

    private interface Wrapper<S> {
        Machine<S, Input, Effect> wrap(Machine<S, Input, Effect> honest, CheatTools tools);
    }

    private <S> MachineDecorator<S, Input, Effect> decorator(
            Wrapper<S> wrapper, Role role, Shell shell) {
        return (honest, crypto, keys) -> wrapper.wrap(honest, tools(role, shell, crypto, keys));
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
            output.event(
                    "event", Screen.stamped("info", fields), EventLines.indented("CHEAT: " + what));
        }
    }
}
