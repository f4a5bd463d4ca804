package io.evenhand.node.metered;

import io.evenhand.kit.machine.Step;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.requester.RequesterEffect;
import io.evenhand.protocols.metered.requester.RequesterInput;
import io.evenhand.protocols.metered.requester.RequesterMachine;
import io.evenhand.protocols.metered.requester.RequesterState;
import io.evenhand.protocols.metered.requester.RequesterState.Held;
import java.util.Optional;
import java.util.function.Consumer;

/// One session of a channel that this node pays for.
public final class PaidChannel {
    private final Bytes32 name;
    private final RequesterMachine machine;
    private final RequesterRecords records;
    private final Edge edge;
    private final Mailbox<RequesterInput> inputs = new Mailbox<>(this::take);
    private volatile RequesterState state;

    /// What the machine's world is made of.
    public interface Edge {
        /// To the node, on the newest connection; nothing if there is none.
        void say(StreamMessage message);

        /// Checks the evidence, draws the psk and seals it; then the input says so.
        void checkEvidence(RequesterEffect.CheckEvidence check, Consumer<RequesterInput> then);

        /// Seals the program under the psk and says it.
        void sendProgram(int number, KeyId psk);

        /// A round is open.
        void give(Held round, Octets state, Octets output);

        void ended(Optional<Fault> why);
    }

    /// @param setting what the session stands on
    public PaidChannel(
            RequesterState.Setting setting,
            Opening opening,
            MeteredCrypto crypto,
            RequesterRecords records,
            Edge edge) {
        this.name = setting.name();
        this.machine = new RequesterMachine(crypto);
        this.records = records;
        this.edge = edge;
        this.state = new RequesterState.Greeting(setting, opening, false);
    }

    /// Asks for the session.
    public void begin() {
        if (state instanceof RequesterState.Greeting(var setting, var opening, boolean _)) {
            carryOut(machine.open(setting, opening));
        }
    }

    public RequesterState state() {
        return state;
    }

    public void put(RequesterInput input) {
        inputs.put(input);
    }

    private void take(RequesterInput input) {
        carryOut(machine.step(state, input));
    }

    private void carryOut(Step<RequesterState, RequesterEffect> step) {
        state = step.state();
        if (step instanceof Step.Moved<RequesterState, RequesterEffect> moved) {
            moved.effects().forEach(this::carryOut);
        }
    }

    private void carryOut(RequesterEffect effect) {
        switch (effect) {
            case RequesterEffect.Say(StreamMessage message) -> edge.say(message);
            case RequesterEffect.KeepOpening keep ->
                    records.keepOpening(
                            name, keep, () -> inputs.put(new RequesterInput.OpeningKept()));
            case RequesterEffect.CheckEvidence check -> edge.checkEvidence(check, inputs::put);
            case RequesterEffect.KeepProvision keep ->
                    records.keepProvision(
                            name, keep, () -> inputs.put(new RequesterInput.ProvisionKept()));
            case RequesterEffect.SendProgram(int number, KeyId psk) ->
                    edge.sendProgram(number, psk);
            case RequesterEffect.KeepRounds keep ->
                    records.keepRounds(
                            name,
                            keep,
                            () -> inputs.put(new RequesterInput.RoundsKept(keep.update().round())));
            case RequesterEffect.Give(Held round, Octets after, Octets output) ->
                    edge.give(round, after, output);
            case RequesterEffect.End(Optional<Fault> why) -> edge.ended(why);
        }
    }
}
