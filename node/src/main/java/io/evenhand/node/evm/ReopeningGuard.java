package io.evenhand.node.evm;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainSnapshot;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.Meter;
import io.evenhand.ledger.evm.MeterCalls;
import io.evenhand.ledger.evm.MeterChannel;
import io.evenhand.ledger.evm.TransactionManager;
import io.evenhand.ledger.evm.TransactionStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// No channel is opened twice, and no deposit grows above what its session wants (F11): before such
/// a call is signed for a fresh nonce the chain is asked.
///
/// The stored effects of an old backup may ask for it once more. The contract would accept it, and
/// a channel that is opened again takes its old updates again.
final class ReopeningGuard implements TransactionManager.Scruple {
    private final TransactionManager.Scruple next;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /// @param next is asked about all other calls
    ReopeningGuard(TransactionManager.Scruple next) {
        this.next = next;
    }

    /// @param most what the deposit may be after the call
    private record Known(Meter meter, Rail rail, MeterChannel channel, long lookFrom, Wei most) {}

    /// A session wants the channel opened, or its deposit to grow.
    ///
    /// @param key of the intent that does so
    /// @param lookFrom number of the newest block when the session began
    /// @param most what the deposit may be after it
    void know(String key, Meter meter, Rail rail, MeterChannel channel, long lookFrom, Wei most) {
        known.put(key, new Known(meter, rail, channel, lookFrom, most));
    }

    @Override
    public Optional<String> against(Intent intent) {
        boolean opens = MeterCalls.opens(intent);
        if (!opens && !MeterCalls.topsUp(intent)) {
            return next.against(intent);
        }
        Known call = known.get(intent.key());
        if (call == null) {
            return Optional.of("no exchange has asked for this deposit yet");
        }
        ChannelView view = call.meter().view(call.rail(), call.channel(), call.lookFrom());
        return opens ? againstOpening(view) : againstTopUp(view, intent, call);
    }

    private static Optional<String> againstOpening(ChannelView view) {
        boolean before =
                view.openings() > 0
                        || view.tip().status() != ChannelView.Status.ABSENT
                        || view.finalized().status() != ChannelView.Status.ABSENT;
        return before
                ? Optional.of("F11: this channel was opened before; it is not opened again")
                : Optional.empty();
    }

    private static Optional<String> againstTopUp(ChannelView view, Intent intent, Known call) {
        if (view.tip().status() != ChannelView.Status.OPEN) {
            return Optional.of("F11: this channel is not open; its deposit does not grow");
        }
        Wei after = view.tip().deposit().plus(intent.value());
        return after.compareTo(call.most()) > 0
                ? Optional.of("F11: the deposit of this channel has grown already")
                : Optional.empty();
    }

    @Override
    public boolean isSeen(Intent intent, TransactionStatus.Receipt receipt, ChainSnapshot chain) {
        return !MeterCalls.isOfChannel(intent) && next.isSeen(intent, receipt, chain);
    }

    /// An opening or a closing that the contract would refuse by now is left alone.
    @Override
    public boolean isOfUse(Intent intent, long head) {
        return MeterCalls.isOfChannel(intent)
                ? MeterCalls.mayStillWork(intent, head)
                : next.isOfUse(intent, head);
    }
}
