package io.evenhand.enclave.program;

import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.enclave.sandbox.RefusalCode;
import io.evenhand.enclave.sandbox.Round;
import io.evenhand.enclave.sandbox.Round.End;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Runs cycles in one round, then in random splits that move between instances, and compares.
///
/// A program passes if every split ends in the same state, if its outputs give the same, either one
/// after the other or the last of them, and if `run` uses the same fuel but for an amount that each
/// further call adds.
public final class ProgramCheck {
    /// Splits that a check has at least.
    public static final int MIN_SPLITS = 200;

    private static final int MAX_PARTS = 12;
    private static final int WARM_ROUNDS = 3;

    /// One round in so many goes on in a fresh instance.
    private static final int MOVE_EVERY = 3;

    /// Hears how far a check is.
    public interface Progress {
        void tried(int splits, int of);
    }

    private final Program program;
    private final Octets state;
    private final SplittableRandom random;
    private ProgramInstance instance;
    private int moves;
    private long fuelPerCycle;
    private long fuelPerRound = -1;
    private long callFuel;
    private int stateBytes;
    private int outputBytes;
    private boolean joined = true;
    private boolean latest = true;

    private ProgramCheck(Program program, Octets state, long seed, ProgramInstance first) {
        this.program = program;
        this.state = state;
        this.random = new SplittableRandom(seed);
        this.instance = first;
    }

    /// Checks a program on the calling thread, which needs {@link
    /// io.evenhand.enclave.sandbox.GuestLimits#STACK_BYTES} of stack. An interrupt ends it.
    ///
    /// @param state from which it begins
    /// @param cycles of each split; a program that is done earlier is split up to there
    /// @param splits at least {@link #MIN_SPLITS}
    /// @param seed of the splits: the same one gives the same
    /// @throws MalformedException if the program cannot begin, ends in a fault, or does fewer than
    ///   two cycles, so that there is nothing to split
    /// @throws GuestAborted if this machine could not finish it
    public static CheckReport run(
            Program program, Octets state, long cycles, int splits, long seed, Progress progress)
            throws GuestAborted {
        if (splits < MIN_SPLITS) {
            throw new MalformedException("a check has at least " + MIN_SPLITS + " splits");
        }
        long from = System.nanoTime();
        ProgramInstance first = program.start(Engine.COMPILED);
        double compile = (System.nanoTime() - from) / 1e6;
        return new ProgramCheck(program, state, seed, first).run(cycles, splits, compile, progress);
    }

    private CheckReport run(long cycles, int splits, double compile, Progress progress)
            throws GuestAborted {
        long from = System.nanoTime();
        Round whole = round(state, cycles);
        double cold = perSecond(whole.done(), from);
        if (whole.done() < 2) {
            throw new MalformedException(
                    "the program did " + whole.done() + " cycles: two are needed to split them");
        }
        Optional<String> difference = Optional.empty();
        if (whole.end() == End.DONE) {
            // From here on of the cycles that there are, so that all rounds do what they are asked.
            Round exact = round(state, whole.done());
            difference = compare(List.of(whole.done()), exact.state(), whole.state());
            whole = exact;
        }
        int tried = 0;
        while (difference.isEmpty() && tried < splits) {
            difference = split(parts(whole.done()), whole);
            tried++;
            progress.tried(tried, splits);
        }
        double warm = 0;
        for (int i = 0; i < WARM_ROUNDS && difference.isEmpty(); i++) {
            from = System.nanoTime();
            Round again = round(state, whole.done());
            warm = Math.max(warm, perSecond(again.done(), from));
        }
        return new CheckReport(
                difference,
                whole.done(),
                tried,
                moves,
                fuelPerCycle,
                Math.max(0, fuelPerRound),
                callFuel,
                stateBytes,
                outputBytes,
                compile,
                cold,
                warm);
    }

    private static double perSecond(long cycles, long from) {
        return cycles * 1e9 / Math.max(1, System.nanoTime() - from);
    }

    /// Two to {@link #MAX_PARTS} parts that make up so many cycles.
    private List<Long> parts(long cycles) {
        int count = (int) Math.min(cycles, random.nextInt(2, MAX_PARTS + 1));
        TreeSet<Long> cuts = new TreeSet<>(List.of(0L, cycles));
        while (cuts.size() < count + 1) {
            cuts.add(random.nextLong(1, cycles));
        }
        List<Long> parts = new ArrayList<>();
        long last = cuts.pollFirst();
        for (long cut : cuts) {
            parts.add(cut - last);
            last = cut;
        }
        return parts;
    }

    private Round round(Octets from, long cycles) throws GuestAborted {
        Round round = instance.round(from, cycles);
        if (round.end().isFault()) {
            String why = round.end() == End.LOAD ? ": " + RefusalCode.words(round.loadCode()) : "";
            throw new MalformedException(
                    "in a round of " + cycles + " cycles " + round.end() + why);
        }
        if (round.done() > 0) {
            fuelPerCycle = Math.max(fuelPerCycle, Math.ceilDiv(round.fuelOfRun(), round.done()));
        }
        callFuel = Math.max(callFuel, round.fuelOfCalls());
        stateBytes = Math.max(stateBytes, round.state().length());
        outputBytes = Math.max(outputBytes, round.output().length());
        return round;
    }

    private Optional<String> split(List<Long> parts, Round whole) throws GuestAborted {
        Octets at = state;
        Octets last = new Octets(new byte[0]);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long fuel = 0;
        int number = 0;
        for (long cycles : parts) {
            number++;
            // At least once, so that no split stays where it was.
            if (number == 2 || random.nextInt(MOVE_EVERY) == 0) {
                instance = program.start(Engine.COMPILED);
                moves++;
            }
            Round round = round(at, cycles);
            if (round.done() != cycles) {
                return Optional.of(
                        of(parts) + "round " + number + " did " + round.done() + " cycles only");
            }
            at = round.state();
            last = round.output();
            all.writeBytes(last.toByteArray());
            fuel += round.fuelOfRun();
        }
        joined &= Arrays.equals(all.toByteArray(), whole.output().toByteArray());
        latest &= last.equals(whole.output());
        Optional<String> state = compare(parts, at, whole.state());
        long more = fuel - whole.fuelOfRun();
        return state.or(() -> outputs(parts)).or(() -> fuel(parts, more));
    }

    private Optional<String> outputs(List<Long> parts) {
        return joined || latest
                ? Optional.empty()
                : Optional.of(
                        of(parts)
                                + "neither all outputs one after the other nor the last one give the"
                                + " output of one round");
    }

    /// @param more units than in one round
    private Optional<String> fuel(List<Long> parts, long more) {
        int further = parts.size() - 1;
        if (fuelPerRound < 0) {
            fuelPerRound = Math.max(0, more / further);
        }
        return more == fuelPerRound * further
                ? Optional.empty()
                : Optional.of(
                        of(parts)
                                + "run used "
                                + more
                                + " units of fuel more than in one round, not "
                                + fuelPerRound
                                + " for each further round");
    }

    private static Optional<String> compare(List<Long> parts, Octets found, Octets expected) {
        if (found.equals(expected)) {
            return Optional.empty();
        }
        if (found.length() != expected.length()) {
            return Optional.of(
                    of(parts)
                            + "the state has "
                            + found.length()
                            + " bytes, not "
                            + expected.length());
        }
        int at = Arrays.mismatch(found.toByteArray(), expected.toByteArray());
        return Optional.of(of(parts) + "the state differs at byte " + at);
    }

    private static String of(List<Long> parts) {
        return parts.stream().map(Object::toString).collect(Collectors.joining(" + "))
                + " cycles: ";
    }
}
