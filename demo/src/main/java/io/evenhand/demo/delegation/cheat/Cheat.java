package io.evenhand.demo.delegation.cheat;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.machine.Machine;
import io.evenhand.node.store.Role;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;
import java.time.InstantSource;

/// One way to cheat. A party that cheats is a wrapper around its honest machine; what happens
/// around the parties is a script.
///
/// The demo counts a cheat as stopped only if it was really attempted (the wrapper or the script
/// said so), if an event of somebody honest shows it, and if the judge finds nobody honest worse
/// off.
public interface Cheat {
    CheatDescription description();

    /// Whether this event shows that the cheat was stopped. `party` in it names who says it. Of no
    /// use to a cheat whose script says `stopped` itself.
    default boolean shows(JsonNode event) {
        return false;
    }

    default Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return honest;
    }

    default Machine<ProviderState, Input, Effect> provider(
            Machine<ProviderState, Input, Effect> honest, CheatTools tools) {
        return honest;
    }

    default Machine<StamperState, Input, Effect> stamper(
            Machine<StamperState, Input, Effect> honest, CheatTools tools) {
        return honest;
    }

    /// The clock of a party.
    default InstantSource clock(Role role) {
        return InstantSource.system();
    }

    /// Before the parties come: options, endpoints, contracts of one's own. What it gives reaches
    /// the wrappers as `CheatTools.argument`.
    default String prepare(DelegationNet net) throws IOException, InterruptedException {
        return "";
    }

    /// Once stamper and provider serve, before the customer comes: what happens here is not judged.
    default void beforehand(DelegationNet net) throws IOException, InterruptedException {}

    /// From the moment the customer has begun; the exchange goes on meanwhile.
    default void play(DelegationNet net) throws IOException, InterruptedException {}
}
