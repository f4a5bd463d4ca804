package io.evenhand.enclave.metered;

import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.enclave.sandbox.ProgramLimits;
import io.evenhand.enclave.sandbox.Round;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Terms;

/// Programs that run in the sandbox.
public final class SandboxPrograms implements ProgramHost.Source {
    @Override
    public ProgramHost load(Terms terms, Octets module) throws GuestAborted {
        Limits limits = terms.limits();
        if (module.length() != limits.moduleBytes()) {
            throw new MalformedException("the program has another length than the Terms say");
        }
        Program program = Program.of(module.toByteArray(), limits(limits));
        if (!program.hash().equals(terms.program())) {
            throw new MalformedException("that is not the program of the Terms");
        }
        ProgramInstance instance = program.start(Engine.COMPILED);
        return (state, c) -> ran(instance.round(state, c));
    }

    /// The sandbox's own form of the limits in the Terms.
    public static ProgramLimits limits(Limits limits) {
        return new ProgramLimits(
                limits.fuelPerCycle(),
                limits.callFuel(),
                limits.pages(),
                limits.moduleBytes(),
                limits.stateBytes(),
                limits.outputBytes());
    }

    private static EnclaveInput.Ran ran(Round round) {
        return new EnclaveInput.Ran(
                end(round.end()), round.done(), round.charged(), round.state(), round.output());
    }

    private static End end(Round.End end) {
        return switch (end) {
            case MORE -> End.MORE;
            case DONE -> End.DONE;
            case TRAP -> End.TRAP;
            case FUEL -> End.FUEL;
            case CALL_FUEL -> End.CALL_FUEL;
            case FRAMES -> End.FRAMES;
            case ABI -> End.ABI;
            case LOAD -> End.LOAD;
        };
    }
}
