package io.evenhand.cli.cheat;

import io.evenhand.cli.EventLines;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.cli.cheat.stamper.JunkStamp;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.node.delegation.MachineDecorator;
import io.evenhand.node.store.KeyStore;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// All cheats. A new one is a class of its own and a line in {@link ChainCheats} or {@link
/// PeerCheats}.
public final class Cheats {
    public static final List<Cheat> ALL =
            Stream.concat(ChainCheats.all(), PeerCheats.all()).toList();

    /// What nothing stops but a stated assumption. The demo plays it too, and it is not fair: these
    /// are the limits of what is promised, so they are not among {@link #ALL}.
    public static final List<Cheat> LIMITS = List.of(new JunkStamp());

    private Cheats() {}

    public static Cheat parse(String title) {
        return Stream.concat(ALL.stream(), LIMITS.stream())
                .filter(cheat -> cheat.story().title().equals(title))
                .findFirst()
                .orElseThrow(() ->
                        new MalformedException(
                                "no cheat is called \""
                                        + title
                                        + "\"; \"evenhand demo --list-cheats\" names them"));
    }

    /// A cheat as a party's command line names it, `title` or `title=prop`, at work in that party.
    public static final class Part {
        private final Optional<Cheat> cheat;
        private final String prop;
        private final Role role;
        private final Path home;
        private final Output output;

        /// A step may be taken more than once; it is said once.
        private final Set<String> said = ConcurrentHashMap.newKeySet();

        private Part(Optional<Cheat> cheat, String prop, Role role, Path home, Output output) {
            this.cheat = cheat;
            this.prop = prop;
            this.role = role;
            this.home = home;
            this.output = output;
        }

        public MachineDecorator<CustomerState> customer() {
            return cheat.<MachineDecorator<CustomerState>>map(
                            c -> (honest, crypto, keys) -> c.customer(honest, wings(crypto, keys)))
                    .orElseGet(MachineDecorator::none);
        }

        public MachineDecorator<ProviderState> provider() {
            return cheat.<MachineDecorator<ProviderState>>map(
                            c -> (honest, crypto, keys) -> c.provider(honest, wings(crypto, keys)))
                    .orElseGet(MachineDecorator::none);
        }

        public MachineDecorator<StamperState> stamper() {
            return cheat.<MachineDecorator<StamperState>>map(
                            c -> (honest, crypto, keys) -> c.stamper(honest, wings(crypto, keys)))
                    .orElseGet(MachineDecorator::none);
        }

        public InstantSource clock() {
            return cheat.map(c -> c.clock(role)).orElseGet(InstantSource::system);
        }

        private Wings wings(Crypto crypto, KeyStore keys) {
            return new Wings(crypto, keys, home, this::say, prop);
        }

        private void say(String what) {
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

    /// @param text the value of the hidden option `--cheat`, if it was given
    public static Part part(Optional<String> text, Role role, Shell shell) {
        Optional<String[]> split = text.map(t -> t.split("=", 2));
        return new Part(
                split.map(words -> parse(words[0])),
                split.filter(words -> words.length == 2).map(words -> words[1]).orElse(""),
                role,
                shell.home().directory(),
                shell.output());
    }
}
