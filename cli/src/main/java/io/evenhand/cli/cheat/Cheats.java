package io.evenhand.cli.cheat;

import io.evenhand.cli.EventLines;
import io.evenhand.cli.Output;
import io.evenhand.cli.cheat.customer.CustomerVanishes;
import io.evenhand.cli.cheat.customer.DoubleSpend;
import io.evenhand.cli.cheat.customer.FalseDeposit;
import io.evenhand.cli.cheat.customer.FalseNotice;
import io.evenhand.cli.cheat.customer.FalseOffer;
import io.evenhand.cli.cheat.customer.KeyFromDroppedClaim;
import io.evenhand.cli.cheat.customer.OpensAgain;
import io.evenhand.cli.cheat.customer.RefundAgainstClaim;
import io.evenhand.cli.cheat.customer.WithoutDeposit;
import io.evenhand.cli.cheat.node.LyingNode;
import io.evenhand.cli.cheat.node.Weather;
import io.evenhand.cli.cheat.node.WrongClock;
import io.evenhand.cli.cheat.provider.ClaimsTwice;
import io.evenhand.cli.cheat.provider.HeldClaim;
import io.evenhand.cli.cheat.provider.HostilePayee;
import io.evenhand.cli.cheat.provider.JunkCiphertext;
import io.evenhand.cli.cheat.provider.ProviderVanishes;
import io.evenhand.cli.cheat.provider.Releases;
import io.evenhand.cli.cheat.provider.ReusedKey;
import io.evenhand.cli.cheat.provider.WrongKey;
import io.evenhand.cli.cheat.stranger.BatchCopy;
import io.evenhand.cli.cheat.stranger.Intruder;
import io.evenhand.cli.cheat.stranger.MempoolCopy;
import io.evenhand.cli.cheat.stranger.TappedCiphertext;
import io.evenhand.delegation.customer.CustomerState;
import io.evenhand.delegation.provider.ProviderState;
import io.evenhand.delegation.stamper.StamperState;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.node.runtime.Seam;
import io.evenhand.node.store.Role;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// All cheats. A new one is a class of its own and a line here.
public final class Cheats {
    public static final List<Cheat> ALL =
            List.of(
                    // customer
                    FalseDeposit.underpay(),
                    FalseDeposit.otherToken(),
                    FalseDeposit.wrongPayee(),
                    FalseDeposit.ownLock(),
                    FalseDeposit.shortDeadline(),
                    FalseOffer.wrongContract(),
                    FalseOffer.wrongChain(),
                    FalseOffer.shortWindow(),
                    new FalseNotice(),
                    WithoutDeposit.never(),
                    WithoutDeposit.lookAlike(),
                    WithoutDeposit.late(),
                    DoubleSpend.reorg(),
                    DoubleSpend.replace(),
                    new RefundAgainstClaim(),
                    new KeyFromDroppedClaim(),
                    new OpensAgain(),
                    new CustomerVanishes(),
                    // provider
                    new WrongKey(),
                    HeldClaim.late(),
                    HeldClaim.inMargin(),
                    HeldClaim.otherKey(),
                    new ReusedKey(),
                    HostilePayee.refusing(),
                    HostilePayee.reentrant(),
                    new Releases(),
                    new ClaimsTwice(),
                    new ProviderVanishes(),
                    new JunkCiphertext(),
                    // stranger
                    new MempoolCopy(),
                    new BatchCopy(),
                    Intruder.squatter(),
                    Intruder.foreignKey(),
                    Intruder.replayOnOtherContract(),
                    Intruder.replayOnOtherChain(),
                    Intruder.forcedEther(),
                    new TappedCiphertext(),
                    // node, chain and time
                    new LyingNode.FakesDeposit(),
                    new LyingNode.HidesDeposit(),
                    new LyingNode.HidesClaim(),
                    Weather.silentNode(),
                    Weather.censored(),
                    Weather.claimReorged(),
                    Weather.feeSpike(),
                    WrongClock.behind(),
                    WrongClock.ahead());

    private Cheats() {}

    public static Cheat parse(String title) {
        return ALL.stream()
                .filter(cheat -> cheat.story().title().equals(title))
                .findFirst()
                .orElseThrow(() ->
                        new MalformedException(
                                "no cheat is called \""
                                        + title
                                        + "\"; there are "
                                        + ALL.stream()
                                                .map(cheat -> cheat.story().title())
                                                .collect(Collectors.joining(", "))));
    }

    /// A cheat as a party's command line names it, `title` or `title=prop`, at work in that party.
    public static final class Part {
        private final Optional<Cheat> cheat;
        private final String prop;
        private final Role role;
        private final Output output;

        /// A step may be taken more than once; it is said once.
        private final Set<String> said = ConcurrentHashMap.newKeySet();

        private Part(Optional<Cheat> cheat, String prop, Role role, Output output) {
            this.cheat = cheat;
            this.prop = prop;
            this.role = role;
            this.output = output;
        }

        public Seam<CustomerState> customer() {
            return cheat.<Seam<CustomerState>>map(
                            c -> (honest, crypto) -> c.customer(honest, wings(crypto)))
                    .orElseGet(Seam::none);
        }

        public Seam<ProviderState> provider() {
            return cheat.<Seam<ProviderState>>map(
                            c -> (honest, crypto) -> c.provider(honest, wings(crypto)))
                    .orElseGet(Seam::none);
        }

        public Seam<StamperState> stamper() {
            return cheat.<Seam<StamperState>>map(
                            c -> (honest, crypto) -> c.stamper(honest, wings(crypto)))
                    .orElseGet(Seam::none);
        }

        public InstantSource clock() {
            return cheat.map(c -> c.clock(role)).orElseGet(InstantSource::system);
        }

        private Wings wings(Crypto crypto) {
            return new Wings(crypto, this::say, prop);
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
    public static Part part(Optional<String> text, Role role, Output output) {
        Optional<String[]> split = text.map(t -> t.split("=", 2));
        return new Part(
                split.map(words -> parse(words[0])),
                split.filter(words -> words.length == 2).map(words -> words[1]).orElse(""),
                role,
                output);
    }
}
