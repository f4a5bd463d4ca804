package io.evenhand.demo.delegation.cheat;

import io.evenhand.demo.delegation.cheat.stamper.JunkStamp;
import io.evenhand.kit.codec.MalformedException;
import java.util.List;
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
                .filter(cheat -> cheat.description().title().equals(title))
                .findFirst()
                .orElseThrow(() ->
                        new MalformedException(
                                "no cheat is called \""
                                        + title
                                        + "\"; \"evenhand demo --list-cheats\" names them"));
    }
}
