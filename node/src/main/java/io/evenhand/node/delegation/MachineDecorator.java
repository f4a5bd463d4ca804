package io.evenhand.node.delegation;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.node.store.KeyStore;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Input;

/// Something put around a role's machine: the demo's cheats, and nothing else. What it signs itself
/// goes on no record: a cheater breaks its own rules too.
public interface MachineDecorator<S> {
    /// @param keys the party's own secrets
    Machine<S, Input, Effect> around(
            Machine<S, Input, Effect> honest, RealCrypto crypto, KeyStore keys);

    /// The machine as it is.
    static <S> MachineDecorator<S> none() {
        return (honest, _, _) -> honest;
    }
}
