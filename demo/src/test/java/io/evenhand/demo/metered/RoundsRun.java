package io.evenhand.demo.metered;

import io.evenhand.enclave.metered.SandboxPrograms;
import io.evenhand.enclave.sandbox.FileResult;
import io.evenhand.enclave.sandbox.Guest.Engine;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.Program;
import io.evenhand.enclave.sandbox.ProgramInstance;
import io.evenhand.kit.codec.StateDiff;
import io.evenhand.kit.process.Cost;
import io.evenhand.kit.value.Octets;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Terms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/// Measures rounds: one channel against the plain program, or many channels at a time.
///
/// ```
/// RoundsRun one CYCLES CYCLES-PER-ROUND WINDOW    medians of 11 runs after 10
/// RoundsRun many CHANNELS ROUNDS-EACH
/// ```
final class RoundsRun implements AutoCloseable {
    private final RoundsBench bench;
    private final Program program;
    private final ProgramInstance plain;
    private final Limits limits;
    private int channels;

    RoundsRun(Path directory, Octets module) throws IOException, GuestAborted {
        this.bench = new RoundsBench(directory, module);
        this.limits =
                new Limits(
                        1_000_000,
                        50_000_000,
                        1024,
                        module.length(),
                        1 << 20,
                        1 << 20,
                        1 << 20,
                        60);
        this.program = Program.of(module.toByteArray(), SandboxPrograms.limits(limits));
        this.plain = program.start(Engine.COMPILED);
    }

    /// A random grid of Life, the same for the same size.
    Octets grid(int size) throws GuestAborted {
        StringBuilder rle =
                new StringBuilder(
                        "x = %d, y = %d, rule = B3/S23:T%d,%d\n".formatted(size, size, size, size));
        Random random = new Random(size);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                rle.append(random.nextInt(3) == 0 ? 'o' : 'b');
            }
            rle.append('$');
        }
        rle.append('!');
        return ((FileResult.Made)
                        plain.importFile(
                                new Octets(rle.toString().getBytes(StandardCharsets.US_ASCII))))
                .bytes();
    }

    /// Medians of some runs in one process.
    ///
    /// @param plainMillis all cycles in one call
    /// @param unpaidMillis the same rounds in the sandbox alone
    /// @param flushes of both sides, for one run
    /// @param bytesPerRound both ways, frames as they go into TLS
    record One(
            double plainMillis,
            double unpaidMillis,
            double paidMillis,
            int rounds,
            double updates,
            double flushes,
            double bytesPerRound) {}

    One one(Octets state, long cycles, long c, int window, int warm, int runs) throws Exception {
        Terms terms = bench.terms(limits, program.hash(), window, channels++);
        RoundsBench.Channel channel = bench.open(terms, state);
        int rounds = Math.toIntExact(cycles / c);
        List<double[]> all = new ArrayList<>();
        for (int i = 0; i < warm + runs; i++) {
            double[] figures = run(channel, state, rounds, c);
            if (i >= warm) {
                all.add(figures);
            }
        }
        return new One(
                median(all, 0),
                median(all, 1),
                median(all, 2),
                rounds,
                median(all, 3),
                median(all, 4),
                median(all, 5));
    }

    private double[] run(RoundsBench.Channel channel, Octets state, int rounds, long c)
            throws Exception {
        long began = System.nanoTime();
        Octets end = plain.round(state, rounds * c).state();
        long once = System.nanoTime();
        Octets step = state;
        for (int i = 0; i < rounds; i++) {
            step = plain.round(step, c).state();
        }
        long split = System.nanoTime();
        channel.begin(state);
        CountDownLatch open = new CountDownLatch(rounds);
        long bytes = bench.bytes.get();
        long updates = channel.updates();
        long flushed = flushes();
        long from = System.nanoTime();
        channel.run(rounds, c, _ -> open.countDown());
        open.await();
        long paid = System.nanoTime();
        if (!channel.state.equals(end)) {
            throw new IllegalStateException("the rounds gave another state than the plain program");
        }
        return new double[] {
            (once - began) / 1e6,
            (split - once) / 1e6,
            (paid - from) / 1e6,
            channel.updates() - updates,
            flushes() - flushed,
            (bench.bytes.get() - bytes) / (double) rounds
        };
    }

    private static long flushes() {
        return Cost.now().getOrDefault(Cost.FLUSHES, 0L);
    }

    private static double median(List<double[]> all, int figure) {
        double[] sorted = all.stream().mapToDouble(one -> one[figure]).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /// Many channels at a time, each at window 1.
    ///
    /// @param flushed flushes of both journals
    record Many(double roundsPerSecond, long rounds, long flushed, double seconds) {}

    /// Measures from a quarter of all rounds on to nine tenths, while all channels are at work.
    Many many(Octets state, long c, int count, int each) throws Exception {
        List<RoundsBench.Channel> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RoundsBench.Channel channel =
                    bench.open(bench.terms(limits, program.hash(), 1, channels++), state);
            channel.begin(state);
            all.add(channel);
        }
        int warm = count * each / 4;
        CountDownLatch first = new CountDownLatch(warm);
        CountDownLatch most = new CountDownLatch(count * each - count * each / 10);
        CountDownLatch rest = new CountDownLatch(count * each);
        all.forEach(channel ->
                channel.run(
                        each,
                        c,
                        _ -> {
                            first.countDown();
                            most.countDown();
                            rest.countDown();
                        }));
        first.await();
        long flushed = flushes();
        long from = System.nanoTime();
        most.await();
        double took = (System.nanoTime() - from) / 1e9;
        flushed = flushes() - flushed;
        rest.await();
        int done = count * each - count * each / 10 - warm;
        return new Many(done / took, done, flushed, took);
    }

    /// What one round takes by its parts, in microseconds of one thread.
    record Parts(double round, double diff) {}

    Parts parts(Octets state, long c) throws GuestAborted {
        Octets next = plain.round(state, c).state();
        double[] round = new double[200];
        double[] diff = new double[200];
        for (int i = 0; i < round.length; i++) {
            long a = System.nanoTime();
            Octets after = plain.round(state, c).state();
            long b = System.nanoTime();
            byte[] made = StateDiff.make(state, after);
            long d = System.nanoTime();
            if (made.length == 0 || !after.equals(next)) {
                throw new IllegalStateException("a program that is no function");
            }
            round[i] = (b - a) / 1e3;
            diff[i] = (d - b) / 1e3;
        }
        Arrays.sort(round);
        Arrays.sort(diff);
        return new Parts(round[100], diff[100]);
    }

    @Override
    public void close() {
        bench.close();
    }

    public static void main(String[] args) throws Exception {
        Octets module =
                new Octets(Files.readAllBytes(Path.of("programs/src/guest/life/life.wasm")));
        Path home = Files.createTempDirectory(Path.of("").toAbsolutePath(), "rounds");
        try (RoundsRun run = new RoundsRun(home, module)) {
            Octets grid = run.grid(50);
            if (args[0].equals("one")) {
                long c = Long.parseLong(args[2]);
                int window = Integer.parseInt(args[3]);
                System.out.println(run.one(grid, Long.parseLong(args[1]), c, window, 10, 11));
                System.out.println(run.parts(grid, c));
            } else {
                System.out.println(
                        run.many(grid, 10, Integer.parseInt(args[1]), Integer.parseInt(args[2])));
            }
        }
        System.exit(0);
    }
}
