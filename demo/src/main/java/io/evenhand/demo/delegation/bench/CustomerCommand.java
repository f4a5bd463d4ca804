package io.evenhand.demo.delegation.bench;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.KeyOptions;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.cli.command.Chains;
import io.evenhand.cli.command.InviteArgument;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.EventSink;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.Trouble;
import io.evenhand.node.delegation.ServiceCard;
import io.evenhand.node.delegation.customer.CustomerAgent;
import io.evenhand.node.delegation.customer.DelegationRequest;
import io.evenhand.node.transport.Invite;
import io.evenhand.node.transport.PeerException;
import io.evenhand.programs.policy.PolicyFile;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evenhand bench customer`: a customer of a benchmark. It joins, waits for a line on its standard
/// input, begins all its exchanges at once, and says how each of them ends. If it is to keep them
/// open it begins another one for each that is over, until the next line.
@Command(name = "customer", hidden = true, description = "One customer of a benchmark.")
public final class CustomerCommand implements Callable<Integer> {
    /// Far more than any benchmark takes: what is measured is how long it really takes.
    private static final Duration WORK_TIME = Duration.ofHours(3);

    private static final Duration RETENTION = Duration.ofSeconds(1);

    private final Shell shell;

    @Option(names = "--provider", required = true, description = "@FILE.")
    private String provider = "";

    @Option(names = "--stamper", required = true, description = "@FILE.")
    private String stamper = "";

    @Option(names = "--input", required = true, description = "What is sent.")
    private Path input = Path.of("");

    @Option(names = "--policy", required = true, description = "What the work has to pass.")
    private Path policy = Path.of("");

    @Option(names = "--count", defaultValue = "1", description = "Exchanges at once.")
    private int count = 1;

    @Option(names = "--kept-open", description = "Another one for each that is over.")
    private boolean keptOpen;

    private volatile boolean finishing;

    public CustomerCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, PeerException, InterruptedException {
        Output output = shell.output();
        PolicyFile file = PolicyFile.read(policy);
        Quiet quiet = new Quiet(output);
        EventSink sink = keptOpen ? quiet : new Sink(output);
        try (CustomerAgent agent =
                CustomerAgent.start(
                        shell.home().directory(),
                        new KeyOptions().load(shell.home()),
                        Chains.configured(shell.home()),
                        InstantSource.system(),
                        sink,
                        (_, _, _, _) -> {})) {
            PartyId server = agent.join(invite("--provider", provider));
            PartyId _ = agent.join(invite("--stamper", stamper));
            ServiceCard card = agent.card(server);
            output.event("ready", Map.of("customer", agent.party().toString()), "ready");
            CountDownLatch begin = new CountDownLatch(1);
            Loop.BENCH
                    .thread(
                            "asked",
                            () ->
                                    quiet.answer(_ -> {
                                        finishing = begin.getCount() == 0;
                                        begin.countDown();
                                    }))
                    .start();
            begin.await();
            CountDownLatch over = new CountDownLatch(count);
            try (ExecutorService threads = Loop.BENCH.tasks()) {
                for (int i = 0; i < count; i++) {
                    threads.execute(() -> {
                        try {
                            boolean settled;
                            do {
                                settled =
                                        exchange(output, agent, request(agent, server, card, file));
                            } while (settled && keptOpen && !finishing);
                        } catch (IOException | RuntimeException e) {
                            output.note("evenhand bench: " + e.getMessage());
                        } finally {
                            over.countDown();
                        }
                    });
                }
                over.await();
            }
        }
        return ExitCode.OK.code();
    }

    private Invite invite(String option, String argument) throws IOException {
        return Invite.parse(InviteArgument.read(shell, option, argument));
    }

    private DelegationRequest request(
            CustomerAgent agent, PartyId server, ServiceCard card, PolicyFile file) {
        return new DelegationRequest(
                server,
                card.stampers().getFirst(),
                card.name(),
                input,
                file.spec(),
                file.hidden(),
                card.price(),
                agent.deadlines(card, WORK_TIME, RETENTION),
                card.attempts(),
                card.maxWorkBytes());
    }

    /// Whether it settled.
    private boolean exchange(Output output, CustomerAgent agent, DelegationRequest request)
            throws IOException {
        long start = System.nanoTime();
        Bytes32 ref = agent.delegate(request);
        CompletableFuture<Void> _ =
                agent.opened(ref)
                        .thenAccept(open -> {
                            if (open) {
                                stage(output, ref, Phases.OPEN);
                            }
                        });
        CustomerState end = agent.end(ref).join();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("exchange", ref.toString());
        fields.put("outcome", end.getClass().getSimpleName());
        fields.put("millis", (System.nanoTime() - start) / 1_000_000);
        if (end instanceof CustomerState.Aborted(Fault why)) {
            fields.put("reason", why.line());
        }
        var work = agent.work(ref);
        fields.put("workBytes", work.isPresent() ? Files.size(work.get()) : 0);
        synchronized (output) {
            output.event("over", fields, "over");
        }
        return end instanceof CustomerState.Settled;
    }

    private static void stage(Output output, Bytes32 ref, String stage) {
        synchronized (output) {
            output.event("stage", Map.of("exchange", ref.toString(), "stage", stage), stage);
        }
    }

    /// Says which stage each exchange reaches, and every trouble.
    private record Sink(Output output) implements EventSink {
        @Override
        public void on(NodeEvent event) {
            if (event instanceof NodeEvent.StateChanged(var session, var _, String after)) {
                stage(output, session.ref(), after);
            }
            if (event instanceof NodeEvent.Retrying retrying) {
                trouble(retrying.toString());
            }
        }

        @Override
        public void trouble(Trouble kind, String line) {
            synchronized (output) {
                output.note(line);
            }
        }
    }
}
