package io.evenhand.node.evm;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.ChainAlarm;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.FinalityPolicy;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.Probe;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether the chain's endpoints give all that this node will ask of them. An endpoint is checked
/// before anything is signed; one that does not answer at the start is checked as soon as it does.
final class EndpointCheck {
    /// A second endpoint may be away for days, and its silence must not hold up what is under way.
    private static final Duration REST = Duration.ofSeconds(30);

    private final FinalityPolicy finality;
    private final Address account;
    private final Address contract;
    private final List<JsonRpc> unknown;
    private final List<Alarm> alarms = new ArrayList<>();
    private int fit;
    private long nextLookNanos = System.nanoTime();

    private EndpointCheck(
            List<JsonRpc> endpoints, FinalityPolicy finality, Address account, Address contract) {
        this.unknown = new ArrayList<>(endpoints);
        this.finality = finality;
        this.account = account;
        this.contract = contract;
    }

    /// Looks at those that answer. Throws a `LedgerException` that says what one lacks, if it lacks
    /// anything, and closes them all then.
    static EndpointCheck of(List<JsonRpc> endpoints, ChainConfig config, Address account) {
        EndpointCheck check =
                new EndpointCheck(endpoints, config.finality(), account, config.rail().contract());
        try {
            check.atStart();
            return check;
        } catch (LedgerException e) {
            endpoints.forEach(JsonRpc::close);
            throw e;
        }
    }

    /// Nothing gets a nonce before an endpoint has shown what it can do.
    TransactionManager.Scruple before(TransactionManager.Scruple other) {
        return new TransactionManager.Scruple() {
            @Override
            public Optional<String> against(Intent intent) {
                return reason().or(() -> other.against(intent));
            }

            @Override
            public boolean isSeen(
                    Intent intent, TransactionStatus.Receipt receipt, ChainSnapshot chain) {
                return other.isSeen(intent, receipt, chain);
            }

            @Override
            public boolean isOfUse(Intent intent, long head) {
                return other.isOfUse(intent, head);
            }
        };
    }

    /// Why no order is to be taken, if so.
    Optional<String> notReady() {
        return reason().map(_ -> "our endpoints of the chain are not ready; try again later");
    }

    /// Throws a `LedgerException` unless an endpoint has shown what it can do.
    synchronized void require() {
        atStart();
        reason().ifPresent(why -> {
            throw LedgerException.lacking(why);
        });
    }

    /// Throws a `LedgerException` that says what an endpoint lacks, if it answers and lacks
    /// anything.
    private synchronized void atStart() {
        for (JsonRpc rpc : List.copyOf(unknown)) {
            ask(rpc).ifPresent(Probe.Report::requireAll);
        }
    }

    /// The same for those that were silent so far: what they lack is an alarm.
    synchronized void look() {
        if (unknown.isEmpty() || (fit > 0 && System.nanoTime() - nextLookNanos < 0)) {
            return;
        }
        for (JsonRpc rpc : List.copyOf(unknown)) {
            try {
                ask(rpc).ifPresent(Probe.Report::requireAll);
            } catch (LedgerException e) {
                alarms.add(new ChainAlarm.EndpointLost(rpc.name(), String.valueOf(e.getMessage())));
            }
        }
        nextLookNanos = System.nanoTime() + REST.toNanos();
    }

    private Optional<Probe.Report> ask(JsonRpc rpc) {
        try {
            Probe.Report report = Probe.ask(rpc, finality, account, contract);
            unknown.remove(rpc);
            fit += report.of(Probe.Level.LACKING).isEmpty() ? 1 : 0;
            return Optional.of(report);
        } catch (LedgerException e) {
            // Silent, or at work with something else: it is asked again.
            return Optional.empty();
        }
    }

    synchronized List<Alarm> alarms() {
        return List.copyOf(alarms);
    }

    /// Why nothing is to be signed with these endpoints, if so.
    private synchronized Optional<String> reason() {
        if (!alarms.isEmpty()) {
            return Optional.of(alarms.getFirst().line());
        }
        return fit == 0
                ? Optional.of("no endpoint of the chain has answered yet what it can do")
                : Optional.empty();
    }
}
