package io.evenhand.node.exchange;

import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.node.store.KeyStore;

/// Something put around a role's machine: the demo's cheats, and nothing else. What it signs itself
/// is not recorded: the rules of the record are for honest parties.
public interface MachineDecorator<S, I, E> {
    /// @param keys the party's own secrets
    Machine<S, I, E> around(Machine<S, I, E> honest, RealCrypto crypto, KeyStore keys);

    /// The machine as it is.
    static <S, I, E> MachineDecorator<S, I, E> none() {
        return (honest, _, _) -> honest;
    }
}
