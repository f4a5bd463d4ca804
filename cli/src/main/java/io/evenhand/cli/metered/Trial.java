package io.evenhand.cli.metered;

import io.evenhand.cli.CliException;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.enclave.sandbox.ProgramLimits;
import io.evenhand.enclave.sandbox.RefusalCode;
import io.evenhand.enclave.sandbox.Round;
import io.evenhand.enclave.sandbox.Round.End;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.ChannelRows;
import io.evenhand.protocols.metered.message.Limits;

/// What a program used in a few rounds on this machine, and the limits that follow: twice as much,
/// since later rounds may need more. What it does not need the user does not pay for.
///
/// @param cyclesPerSecond of the last round, while Java may still learn the code
record Trial(Limits limits, double cyclesPerSecond) {
    /// Rounds of full length that are looked at, if they are short.
    private static final int ROUNDS = 3;

    /// A round this long is long enough to measure.
    private static final long ENOUGH_NANOS = 300_000_000;

    /// A node ends a round that takes longer; a node may be slower than we, and busy.
    private static final int ROUND_SECONDS = 60;

    /// Units for calls that hardly do anything.
    private static final long LEAST_FUEL = 1_000;

    private static final int LEAST_BYTES = 1 << 10;

    /// @param round cycles of one round
    static Trial of(ProgramFile file, Octets state, long round) throws InterruptedException {
        try {
            return DeepStack.call(() -> new Running(file, state, round).measure());
        } catch (MalformedException e) {
            throw CliException.usage(file.name() + ": " + e.getMessage());
        }
    }

    private static final class Running {
        private final ProgramFile file;
        private final long round;
        private final ProgramInstance instance;
        private Octets at;
        private long fuelPerCycle;
        private long callFuel;
        private int pages;
        private int stateBytes;
        private double outputPerCycle;
        private double perSecond;

        Running(ProgramFile file, Octets state, long round) throws GuestAborted {
            this.file = file;
            this.round = round;
            this.at = state;
            this.stateBytes = state.length();
            this.instance = file.program().start(Engine.COMPILED);
        }

        Trial measure() throws GuestAborted {
            long cycles = 1;
            boolean more = true;
            while (more && cycles < round) {
                // Short rounds say little of each cycle: only the longest ones count.
                fuelPerCycle = 0;
                long from = System.nanoTime();
                more = run(cycles) && System.nanoTime() - from < ENOUGH_NANOS;
                cycles = more ? Math.min(round, cycles * 4) : cycles;
            }
            if (more) {
                fuelPerCycle = 0;
                for (int i = 0; more && i < ROUNDS; i++) {
                    more = run(round);
                }
            }
            return new Trial(limits(), perSecond);
        }

        /// @return whether there is more to do
        private boolean run(long cycles) throws GuestAborted {
            long from = System.nanoTime();
            Round done = instance.round(at, cycles);
            if (done.end().isFault()) {
                String why =
                        done.end() == End.LOAD ? ": " + RefusalCode.words(done.loadCode()) : "";
                throw new MalformedException(
                        "in a round of " + cycles + " cycles " + done.end() + why);
            }
            perSecond = done.done() * 1e9 / Math.max(1, System.nanoTime() - from);
            long counted = Math.max(1, done.done());
            fuelPerCycle = Math.max(fuelPerCycle, Math.ceilDiv(done.fuelOfRun(), counted));
            callFuel = Math.max(callFuel, done.fuelOfCalls());
            pages = Math.max(pages, instance.pages());
            stateBytes = Math.max(stateBytes, done.state().length());
            outputPerCycle = Math.max(outputPerCycle, (double) done.output().length() / counted);
            at = done.state();
            return done.end() == End.MORE;
        }

        private Limits limits() {
            return new Limits(
                    Math.max(LEAST_FUEL, 2 * fuelPerCycle),
                    Math.max(LEAST_FUEL, 2 * callFuel),
                    Math.clamp(2L * pages, file.program().firstPages(), file.program().mostPages()),
                    file.module().length(),
                    Math.clamp(2L * stateBytes, LEAST_BYTES, ChannelRows.MAX_STATE),
                    Math.clamp(
                            (long) Math.ceil(2 * outputPerCycle * round),
                            LEAST_BYTES,
                            Math.min(ProgramLimits.MAX_BYTES, Limits.MAX_OUTPUT)),
                    round,
                    ROUND_SECONDS);
        }
    }
}
