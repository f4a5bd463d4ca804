/// The enclave of a metered session: it makes the session's keys, takes the psk, runs the program,
/// seals what a round gives and gives the key of a round for the update that pays for it.
///
/// ```
/// host    Begin                    ->  Keys
///         Provision                ->  Ready(needProgram)  ...  Program  ->  Ready
///         Run                      ->  Answer
///         Pay                      ->  Released | NotReleased
/// ```
///
/// `EnclaveSession` drives `io.evenhand.protocols.metered.enclave.EnclaveMachine` with real keys
/// and the sandbox. It knows no network, disk or clock.
@NullMarked
package io.evenhand.enclave.metered;

import org.jspecify.annotations.NullMarked;
